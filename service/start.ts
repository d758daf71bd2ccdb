import { createHash } from 'node:crypto'
import { type Client, WorkflowIdConflictPolicy } from '@temporalio/client'
import { ReversibilityError } from '../contract/errors.ts'
import { planKey } from '../contract/layout.ts'
import type { Plan } from '../contract/plan/plan.ts'
import type { RunContext, Tuning } from '../contract/run.ts'
import { contractAttribute, kindAttribute, phaseAttribute } from '../contract/search-attributes.ts'
import { defaultTaskQueue, runWorkflowId } from '../contract/signals.ts'
import type { ObjectStore } from '../store/object-store.ts'
import type { rehearsal } from '../workflows/rehearsal.ts'
import { newRunId } from './run-id.ts'
import { ensureSearchAttributes } from './search-attributes.ts'
import { defaultTuning } from './tuning.ts'
import { requireWorker } from './workers.ts'

export interface StartRehearsal {
  client: Client
  store: ObjectStore
  bucket: string
  plan: Plan
  /** The plan file as it stands: the run keeps its own copy. */
  planText: string
  keep: boolean
  tuning?: Partial<Tuning>
  taskQueue?: string
  runId?: string
}

/** Stores the run's copy of the plan and starts its workflow. Throws before anything runs when no worker would answer. */
export async function startRehearsal(request: StartRehearsal): Promise<RunContext> {
  const { client, store, plan } = request
  const taskQueue = request.taskQueue ?? defaultTaskQueue
  const run: RunContext = {
    kind: 'rehearsal',
    contractId: plan.contract.id,
    runId: request.runId ?? newRunId('rehearsal', new Date()),
    bucket: request.bucket,
    planSha256: createHash('sha256').update(request.planText).digest('hex'),
  }
  await requireWorker(client, taskQueue)
  await ensureSearchAttributes(client)
  const put = await store.put(planKey(run), Buffer.from(request.planText), {
    ifAbsent: true,
    contentType: 'application/yaml',
  })
  if (!put.created) {
    throw new ReversibilityError(
      'invalid-input',
      `There is already a run ${run.runId} of contract ${run.contractId}.`,
      {
        remedy: 'Choose another run id, or leave it out.',
      },
    )
  }
  await client.workflow.start<typeof rehearsal>('rehearsal', {
    workflowId: runWorkflowId(run.contractId, run.runId),
    workflowIdConflictPolicy: WorkflowIdConflictPolicy.FAIL,
    taskQueue,
    args: [{ run, keep: request.keep, tuning: { ...defaultTuning, ...request.tuning } }],
    typedSearchAttributes: [
      { key: contractAttribute, value: run.contractId },
      { key: kindAttribute, value: run.kind },
      { key: phaseAttribute, value: 'starting' },
    ],
  })
  return run
}
