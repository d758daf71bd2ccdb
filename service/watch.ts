import { setTimeout as sleep } from 'node:timers/promises'
import type { Client, WorkflowHandle } from '@temporalio/client'
import { decodeArrayFromPayloads } from '@temporalio/common/lib/internal-non-workflow/index.js'
import type { RunRef } from '../contract/layout.ts'
import type { ExtractionCursor } from '../contract/run.ts'
import { extractionWorkflowId, runWorkflowId, statusQuery } from '../contract/signals.ts'
import type { ExtractionStatus, RunStatus } from '../contract/status.ts'

const pollMs = 500
const ended = new Set(['done', 'failed', 'cancelled'])

/** A run's status, its sources' own progress put in, and what their activities told since. */
export async function runStatus(client: Client, run: RunRef): Promise<RunStatus> {
  const workflowId = runWorkflowId(run.contractId, run.runId)
  const status = await client.workflow.getHandle(workflowId).query<RunStatus>(statusQuery)
  if (status.phase !== 'extraction') return status
  const sources = status.sources.map(async (source): Promise<ExtractionStatus> => {
    if (ended.has(source.step)) return source
    const handle = client.workflow.getHandle(extractionWorkflowId(workflowId, source.sourceId))
    try {
      return await extractionStatus(client, handle)
    } catch (error) {
      // Not started yet: the run's own word stands.
      if (error instanceof Error && error.name === 'WorkflowNotFoundError') return source
      throw error
    }
  })
  return { ...status, sources: await Promise.all(sources) }
}

/** What an extraction says, plus the heartbeats of activities under way: progress that costs no history. */
async function extractionStatus(client: Client, handle: WorkflowHandle): Promise<ExtractionStatus> {
  const status = await handle.query<ExtractionStatus>(statusQuery)
  const { raw } = await handle.describe()
  const now = structuredClone(status)
  for (const { heartbeatDetails } of raw.pendingActivities ?? []) {
    const [cursor] = (await decodeArrayFromPayloads(
      client.options.loadedDataConverter,
      heartbeatDetails?.payloads,
    )) as (Partial<ExtractionCursor> & { restoredBytes?: number })[]
    now.parts.done += cursor?.parts ?? 0
    now.bytes.done += cursor?.plainBytes ?? 0
    now.records.done += cursor?.records ?? 0
    now.verifiedBytes.done += cursor?.verifiedBytes ?? 0
    now.restoredBytes.done += cursor?.restoredBytes ?? 0
  }
  now.verifiedBytes.expected = Math.max(now.verifiedBytes.expected, now.verifiedBytes.done)
  return now
}

/** Every status until the run has ended, the last one included. */
export async function* watchRun(client: Client, run: RunRef): AsyncIterable<RunStatus> {
  const handle = client.workflow.getHandle(runWorkflowId(run.contractId, run.runId))
  for (;;) {
    const { status: state } = await handle.describe()
    // Asked after the state: once it is known to have ended, what it answers is the end.
    yield await runStatus(client, run)
    if (state.name !== 'RUNNING') return
    await sleep(pollMs)
  }
}
