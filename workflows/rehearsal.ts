import {
  CancellationScope,
  defineQuery,
  executeChild,
  isCancellation,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow'
import { emptyJournal, type JournalFact } from '../contract/journal.ts'
import { emptyExtractionStatus, noFindings } from '../contract/progress.ts'
import type { SourceTask } from '../contract/run.ts'
import { findingsAttribute, phaseAttribute } from '../contract/search-attributes.ts'
import { extractionWorkflowId, statusQuery } from '../contract/signals.ts'
import type { Failure, RunPhase, RunStatus } from '../contract/status.ts'
import { activitiesWith } from './activities.ts'
import { extraction } from './extraction.ts'
import { failureOf } from './failure.ts'
import type { ExtractionOutcome, RehearsalInput, RehearsalOutcome } from './messages.ts'
import { inWindow } from './window.ts'

const status = defineQuery<RunStatus>(statusQuery)

type Fact = Pick<JournalFact, 'kind' | 'subject' | 'facts'>

/** Sources extracted side by side; more would only share the same worker. */
const sourcesAtOnce = 3

/**
 * Rehearses the exit: the same extraction as the real one, restored and compared, documents checked, then its own copies
 * erased and the report written. Whatever ends it, no copy of the client's data is left behind unless `keep` asked for it.
 */
export async function rehearsal(input: RehearsalInput): Promise<RehearsalOutcome> {
  const { run, tuning } = input
  const activities = activitiesWith(tuning)
  const startedAt = new Date().toISOString()
  const progress: RunStatus = {
    kind: run.kind,
    contractId: run.contractId,
    runId: run.runId,
    phase: 'starting',
    startedAt,
    sources: [],
    findings: noFindings(),
    journal: emptyJournal,
  }
  setHandler(status, () => progress)

  const announce = (phase: RunPhase) => {
    progress.phase = phase
    upsertSearchAttributes([{ key: phaseAttribute, value: phase }])
  }
  const enter = async (phase: RunPhase) => {
    announce(phase)
    await activities.writeStatus({ run, status: progress })
  }
  const journal = async (...facts: Fact[]) => {
    const entries = facts.map((fact): JournalFact => ({ ...fact, actor: { kind: 'service', id: 'worker' } }))
    const at = new Date().toISOString()
    progress.journal = await activities.appendJournal({ run, after: progress.journal, at, facts: entries })
  }
  const eraseCopies = async () => {
    if (input.keep) return { erased: false, remaining: 0 }
    // Erased before this is even written down: a store that is full takes nothing until its copies have gone.
    announce('erasure')
    const erased = await activities.eraseCopies({
      run,
      sourceIds: progress.sources.map(({ sourceId }) => sourceId),
    })
    await journal({ kind: 'copies-erased', subject: 'run', facts: { ...erased } })
    return { erased: true, remaining: erased.remaining }
  }

  let prepared = false
  try {
    const { sources, recipients } = await activities.prepareRun({ run })
    prepared = true
    progress.sources = sources.map(({ sourceId }) => emptyExtractionStatus(sourceId))
    await journal({
      kind: 'run-started',
      subject: 'run',
      facts: {
        kind: run.kind,
        planSha256: run.planSha256,
        sources: sources.length,
        encrypted: recipients.length > 0,
      },
    })

    await enter('extraction')
    const outcomes: ExtractionOutcome[] = []
    const extract = async (source: SourceTask, place: number) => {
      const outcome = await executeChild(extraction, {
        workflowId: extractionWorkflowId(workflowInfo().workflowId, source.sourceId),
        args: [{ run, source, recipients, tuning, keep: input.keep }],
        cancellationType: 'WAIT_CANCELLATION_COMPLETED',
      })
      outcomes[place] = outcome
      progress.sources[place] = outcome.status
    }
    await inWindow(
      sources.map((source, place) => () => extract(source, place)),
      sourcesAtOnce,
    )
    // One writer, one order: what the sources came to is told in the plan's order, whoever was first.
    await journal(...outcomes.flatMap(extractionFacts))

    await enter('documentation')
    const documents = outcomes.flatMap((outcome) => outcome.documents)
    const missing = documents.filter(({ state }) => state === 'missing').length
    const stale = documents.filter(({ state }) => state === 'stale').length
    await journal({
      kind: 'documents-checked',
      subject: 'run',
      facts: { checked: documents.length, missing, stale },
    })

    const copies = await eraseCopies()
    await enter('report')
    const reported = await activities.writeReport({
      run,
      startedAt,
      endedAt: new Date().toISOString(),
      sources: outcomes.map(({ sourceId, address, neighbours }) => ({ sourceId, address, neighbours })),
      documents,
      journal: progress.journal,
      copies,
    })
    progress.findings = reported.findings
    progress.reportKey = reported.reportKey
    const { verdict, findings } = reported
    upsertSearchAttributes([{ key: findingsAttribute, value: reported.firstFindings.length }])
    await journal(
      ...reported.firstFindings.map(
        ({ code, severity, subject }): Fact => ({ kind: 'finding', subject, facts: { code, severity } }),
      ),
      { kind: 'report-written', subject: 'run', facts: { verdict, sha256: reported.reportSha256 } },
      { kind: 'run-ended', subject: 'run', facts: { verdict, ...findings } },
    )
    await activities.signJournal({ run, head: progress.journal })
    progress.endedAt = new Date().toISOString()
    await enter('done')
    return reported
  } catch (error) {
    await CancellationScope.nonCancellable(async () => {
      const cancelled = isCancellation(error)
      if (!cancelled) progress.failure = failureOf(error)
      // Each is done whatever became of the others: a journal that cannot be written must not save the copies.
      const attempt = async (step: () => Promise<unknown>) => {
        try {
          await step()
        } catch (failure) {
          progress.failure ??= failureOf(failure)
        }
      }
      await attempt(async () => {
        const { remaining } = await eraseCopies()
        if (remaining > 0) progress.failure ??= copiesRemain(remaining)
      })
      await attempt(() =>
        journal({
          kind: cancelled ? 'run-cancelled' : 'run-ended',
          subject: 'run',
          facts: { failure: progress.failure?.type ?? 'cancelled' },
        }),
      )
      // What failed may be the signing key itself: then the journal stays unsigned, and its verification says so.
      if (prepared) await attempt(() => activities.signJournal({ run, head: progress.journal }))
      progress.endedAt = new Date().toISOString()
      const phase = progress.failure ? 'failed' : 'cancelled'
      await attempt(() => enter(phase))
      // Also when it could not be written.
      progress.phase = phase
    })
    throw error
  }
}

function copiesRemain(count: number): Failure {
  return {
    type: 'integrity-mismatch',
    message: `${count} object versions of the run are still in the store after its erasure.`,
    remedy: 'List the versions under the run in the bucket, find out what keeps them, and remove them.',
  }
}

/** What the journal tells of a source: that it failed, or that its package was sealed and what proved it. */
function extractionFacts(outcome: ExtractionOutcome): Fact[] {
  const subject = `source:${outcome.sourceId}`
  const { epoch, rootSha256, failure } = outcome
  if (failure) return [{ kind: 'source-failed', subject, facts: { epoch, type: failure.type } }]
  const sealed: Fact = { kind: 'package-sealed', subject, facts: { epoch, rootSha256 } }
  if (outcome.outcome !== 'restored') return [sealed]
  return [sealed, { kind: 'package-restored', subject, facts: { epoch, rootSha256, equal: true } }]
}
