import { ApplicationFailure, CancellationScope, isCancellation, sleep } from '@temporalio/workflow'
import type { Finding } from '../contract/finding.ts'
import { newFinding } from '../contract/finding-values.ts'
import { countFindings } from '../contract/progress.ts'
import type { DiscoverySummary, EpochInput, OpenedEpoch, PartRange, SourceInput } from '../contract/run.ts'
import type { ExtractionStatus, Failure } from '../contract/status.ts'
import { activitiesWith } from './activities.ts'
import { failureOf } from './failure.ts'
import type { EpochOutcome, ExtractionInput } from './messages.ts'
import { inWindow } from './window.ts'

interface EpochWork {
  input: ExtractionInput
  place: SourceInput
  reading: OpenedEpoch
  progress: ExtractionStatus
  /** Milliseconds since 1970, by the workflow's clock. */
  startedAt: number
}

/** More readers than these gain nothing on one source, and each takes memory. */
const maxReaders = 4

/** Discovers, cuts, extracts, seals, restores and compares one reading of a source. */
export async function extractEpoch(work: EpochWork): Promise<EpochOutcome> {
  const { input, place, reading, progress } = work
  const { run, source, tuning } = input
  const activities = activitiesWith(tuning)
  const epoch: EpochInput = { ...place, token: reading.token }
  const findings: Finding[] = []
  const clock = stopwatch()

  progress.step = 'discovering'
  const found = await activities.discoverSource(epoch)
  progress.datasets = found.datasets
  refusePartialAccess(found)
  findings.push(...discoveryFindings(source.sourceId, found))
  const documents = await activities.checkDocuments({ ...epoch, at: new Date().toISOString() })
  progress.step = 'partitioning'
  const { parts, bytes, ranges } = await activities.partitionSource({
    ...epoch,
    targetBytes: tuning.partTargetBytes,
  })
  progress.parts.total = parts
  progress.bytes.expected = bytes
  progress.records.expected = found.estimatedRecords
  const discoverSeconds = clock()

  progress.step = 'extracting'
  const readers = Math.min(source.connections, maxReaders)
  await inWindow(
    [
      async () => {
        const { records } = await activities.fingerprintSource({ ...epoch, skip: !tuning.reconcile })
        if (records > 0) progress.records.expected = records
      },
      ...ranges.map((range) => () => extractAll(work, epoch, range, Math.min(readers, ranges.length))),
    ],
    readers,
  )
  const extractSeconds = clock()

  progress.step = 'sealing'
  const sealed = await activities.sealSource({
    ...epoch,
    parts,
    address: found.address,
    openedAt: reading.openedAt,
    sealedAt: new Date().toISOString(),
    previousRoot: null,
    recipients: input.recipients,
  })
  findings.push(
    ...sealed.changedWhileRead.map(({ item }) =>
      newFinding('changed-while-read', 'minor', `source:${source.sourceId}`, { item }),
    ),
  )
  const sealSeconds = clock()

  const restored = await restoreEpoch(work, epoch, { parts, deliveredBytes: sealed.deliveredBytes, findings })
  const restoreSeconds = clock()

  progress.step = 'comparing'
  const concluded = await activities.concludeSource({
    ...place,
    parts,
    restored,
    estimatedBytes: found.estimatedBytes,
    known: {
      sourceId: source.sourceId,
      address: found.address,
      epoch: place.epoch,
      openedAt: reading.openedAt,
      rootSha256: sealed.rootSha256,
      encrypted: input.recipients.length > 0,
      totals: {
        datasets: found.datasets,
        records: sealed.records,
        plainBytes: sealed.plainBytes,
        deliveredBytes: sealed.deliveredBytes,
        volumes: sealed.volumes,
        omissions: sealed.omissions,
      },
      seconds: {
        discover: discoverSeconds,
        extract: extractSeconds,
        seal: sealSeconds,
        restore: restoreSeconds,
        total: (Date.now() - work.startedAt) / 1000,
      },
      findings,
    },
  })
  progress.step = concluded.outcome === 'failed' ? 'failed' : 'done'
  progress.findings = countFindings(concluded.findings)
  return {
    outcome: concluded.outcome,
    rootSha256: sealed.rootSha256,
    address: found.address,
    neighbours: found.neighbours,
    documents,
    findings: progress.findings,
  }

  async function extractAll(
    { input: { recipients } }: EpochWork,
    at: EpochInput,
    range: PartRange,
    sharing: number,
  ): Promise<void> {
    for (let next = range.from; next < range.to; ) {
      const hours = await waitForAllowedHours()
      const done = await activities.extractRange({
        ...at,
        range: { ...range, from: next },
        ...(hours ? { until: hours } : {}),
        recipients,
        reconcile: tuning.reconcile,
        readers: sharing,
      })
      next = done.next
      progress.parts.done += done.parts
      progress.bytes.done += done.plainBytes
      progress.records.done += done.records
      progress.verifiedBytes.done += done.verifiedBytes
      progress.verifiedBytes.expected = progress.verifiedBytes.done
    }
  }

  /** Waits until the source may be read, and says until when; undefined when it always may. */
  async function waitForAllowedHours(): Promise<string | undefined> {
    while (source.hasAllowedHours) {
      const at = new Date().toISOString()
      const hours = await activities.readAllowedHours({ run, sourceId: source.sourceId, at })
      if (hours.open) {
        progress.step = 'extracting'
        return hours.until
      }
      progress.step = 'waiting'
      await sleep(Math.max(1000, Date.parse(hours.opensAt) - Date.now()))
    }
    return undefined
  }
}

/** Proves by restoring. A restore that fails is a finding, and never hides what was extracted. */
async function restoreEpoch(
  work: EpochWork,
  epoch: EpochInput,
  sealed: { parts: number; deliveredBytes: number; findings: Finding[] },
): Promise<boolean> {
  const { input, progress, place } = work
  const { source, run, tuning } = input
  if (run.kind !== 'rehearsal') return false
  const subject = `source:${source.sourceId}`
  if (!source.restore) {
    sealed.findings.push(newFinding('not-restored', 'minor', subject, { reason: 'rehearsal.restoreTargets' }))
    return false
  }
  const { restoreSource, removeScratch } = activitiesWith(tuning)
  progress.step = 'restoring'
  progress.restoredBytes.expected = sealed.deliveredBytes
  try {
    const { restoredBytes } = await restoreSource({ ...epoch, parts: sealed.parts })
    progress.restoredBytes.done = restoredBytes
    return true
  } catch (error) {
    if (isCancellation(error)) throw error
    const { message, remedy } = failureOf(error)
    sealed.findings.push(newFinding('restore-failed', 'blocker', subject, { detail: message, remedy }))
    return false
  } finally {
    if (!input.keep) {
      await CancellationScope.nonCancellable(() => removeScratch({ run, sourceId: place.sourceId }))
    }
  }
}

/** Seconds since it was last asked. */
function stopwatch(): () => number {
  let last = Date.now()
  return () => {
    const seconds = (Date.now() - last) / 1000
    last = Date.now()
    return seconds
  }
}

/** An access that shows only a part would make an export that looks whole: it is refused. */
function refusePartialAccess(found: DiscoverySummary): void {
  const [first] = found.partialAccess
  if (!first) return
  const others = found.partialAccess.length - 1
  throw ApplicationFailure.create({
    type: 'partial-access',
    nonRetryable: true,
    message: `The access sees only a part of ${first.item}: ${first.reason}${others > 0 ? ` (and ${others} more)` : ''}`,
    details: [{ remedy: first.remedy, partialAccess: found.partialAccess }],
  })
}

function discoveryFindings(sourceId: string, found: DiscoverySummary): Finding[] {
  const subject = `source:${sourceId}`
  const findings: Finding[] = found.firstOmissions.map(({ datasetId, item, reason }) =>
    newFinding('omitted-entry', 'minor', subject, { dataset: datasetId, item, reason }),
  )
  if (found.datasets === 0) findings.push(newFinding('empty-source', 'major', subject, {}))
  return findings
}

/** Writes what a source that failed came to, so that the report can say why. */
export async function concludeFailure(work: {
  input: ExtractionInput
  place: SourceInput
  failure: Failure
  progress: ExtractionStatus
  startedAt: number
}): Promise<EpochOutcome> {
  const { input, place, failure, progress } = work
  const { concludeSource } = activitiesWith(input.tuning)
  const zero = { datasets: 0, records: 0, plainBytes: 0, deliveredBytes: 0, volumes: 0, omissions: 0 }
  const { findings } = await concludeSource({
    ...place,
    parts: 0,
    restored: false,
    estimatedBytes: 0,
    known: {
      sourceId: place.sourceId,
      address: '',
      failure,
      epoch: place.epoch,
      encrypted: input.recipients.length > 0,
      totals: zero,
      seconds: { discover: 0, extract: 0, seal: 0, restore: 0, total: (Date.now() - work.startedAt) / 1000 },
      findings: [failureFinding(place.sourceId, failure)],
    },
  })
  progress.step = 'failed'
  progress.failure = failure
  progress.findings = countFindings(findings)
  return {
    outcome: 'failed',
    rootSha256: null,
    address: null,
    neighbours: [],
    documents: [],
    findings: progress.findings,
  }
}

function failureFinding(sourceId: string, failure: Failure): Finding {
  const subject = `source:${sourceId}`
  const { message: detail, remedy } = failure
  switch (failure.type) {
    case 'partial-access':
      return newFinding('partial-access', 'blocker', subject, { item: sourceId, reason: detail, remedy })
    case 'access-denied':
      return newFinding('access-denied', 'blocker', subject, { detail, remedy })
    case 'unavailable':
      return newFinding('source-unreachable', 'blocker', subject, { detail })
    default:
      return newFinding('source-failed', 'blocker', subject, { detail, remedy })
  }
}
