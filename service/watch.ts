import { setTimeout as sleep } from 'node:timers/promises'
import { type Client, isGrpcServiceError, type WorkflowHandle } from '@temporalio/client'
import { decodeArrayFromPayloads } from '@temporalio/common/lib/internal-non-workflow/index.js'
import { ReversibilityError } from '../contract/errors.ts'
import { type RunRef, statusKey } from '../contract/layout.ts'
import type { ExtractionCursor } from '../contract/run.ts'
import { extractionWorkflowId, runWorkflowId, statusQuery } from '../contract/signals.ts'
import type { ExtractionStatus, RunStatus } from '../contract/status.ts'
import { readJson } from '../store/json.ts'
import type { ObjectStore } from '../store/object-store.ts'

const pollMs = 500
const serverPatienceMs = 120_000
/** gRPC: cancelled, deadline exceeded, failed precondition (no poller), unavailable. */
const silences = new Set([1, 4, 9, 14])
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

export interface Watching {
  client: Client
  store: ObjectStore
  run: RunRef
}

/**
 * Every status until the run has ended, the last one included. A worker or a Temporal server that is restarted meanwhile is
 * waited for: the run goes on without whoever watches. Throws `unavailable` when the server stays away.
 */
export async function* watchRun({ client, store, run }: Watching): AsyncIterable<RunStatus> {
  const handle = client.workflow.getHandle(runWorkflowId(run.contractId, run.runId))
  let answeredAt = Date.now()
  for (; ; await sleep(pollMs)) {
    let isRunning: boolean
    try {
      isRunning = (await handle.describe()).status.name === 'RUNNING'
      answeredAt = Date.now()
    } catch (error) {
      if (!isSilence(error)) throw error
      if (Date.now() - answeredAt < serverPatienceMs) continue
      throw new ReversibilityError('unavailable', 'The Temporal server no longer answers.', {
        remedy: `Start it again: run ${run.runId} goes on by itself; status.json and the report come to the bucket.`,
        cause: error,
      })
    }
    // Asked after the state: once it is known to have ended, what it answers is the end.
    try {
      yield await runStatus(client, run)
    } catch (error) {
      if (!isSilence(error)) throw error
      // Without a worker nobody answers for the run: what it wrote last is in the store.
      if (!isRunning) yield await readJson<RunStatus>(store, statusKey(run))
    }
    if (!isRunning) return
  }
}

/** Nobody answered, or nobody in time: no word about the run itself. */
function isSilence(error: unknown): boolean {
  for (let each = error; each instanceof Error; each = each.cause) {
    if (isGrpcServiceError(each)) return silences.has(each.code)
  }
  return false
}
