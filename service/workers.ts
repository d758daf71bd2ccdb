import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from '@temporalio/client'
import proto from '@temporalio/proto'
import { ReversibilityError } from '../contract/errors.ts'

// A CommonJS package whose names Node cannot see from outside.
const { temporal } = proto

const { TASK_QUEUE_TYPE_WORKFLOW } = temporal.api.enums.v1.TaskQueueType

/** A worker asks for work again at least every minute; the server goes on listing one that died for five. */
const aliveSeconds = 75
/** A worker that was started with the command that asks may need this long to say so. */
const patienceSeconds = 10
const pollMs = 250

/** Throws `unavailable` when no worker takes work from a queue: a run would wait there for ever, and say nothing. */
export async function requireWorker(client: Client, taskQueue: string): Promise<void> {
  const deadline = Date.now() + patienceSeconds * 1000
  while (!(await hasWorker(client, taskQueue))) {
    if (Date.now() > deadline) {
      throw new ReversibilityError('unavailable', `No worker takes work from the task queue ${taskQueue}.`, {
        remedy: `Start one where the sources can be reached: reversibility worker --task-queue ${taskQueue}`,
        subject: taskQueue,
      })
    }
    await sleep(pollMs)
  }
}

async function hasWorker(client: Client, taskQueue: string): Promise<boolean> {
  const { pollers } = await client.workflowService.describeTaskQueue({
    namespace: client.options.namespace,
    taskQueue: { name: taskQueue },
    taskQueueType: TASK_QUEUE_TYPE_WORKFLOW,
  })
  const since = Date.now() / 1000 - aliveSeconds
  return (pollers ?? []).some(({ lastAccessTime }) => Number(lastAccessTime?.seconds ?? 0) >= since)
}
