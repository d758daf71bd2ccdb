import type { Omission } from './dataset.ts'
import type { RunRef } from './layout.ts'
import type { RunKind } from './status.ts'

/** What every activity of a run needs to find its plan and its place. Holds no secret and no list. */
export interface RunContext extends RunRef {
  kind: RunKind
  /** The bucket that everything of this run is in. */
  bucket: string
  /** SHA-256 of the plan file: the worker refuses another one under the same key. */
  planSha256: string
}

/** What the workflow must know of a source to sequence its extraction; the rest stays in the plan. */
export interface SourceTask {
  sourceId: string
  epochLifetime: 'held' | 'durable'
  /** How many readers the plan allows at once. */
  connections: number
  /** True when the plan names hours outside which the source may not be read. */
  hasAllowedHours: boolean
  /** True when the rehearsal restores it into a scratch target. */
  restore: boolean
}

/** How the work is cut and watched. Defaults in `service/tuning.ts`. */
export interface Tuning {
  partTargetBytes: number
  heartbeatTimeoutSeconds: number
  /** A source that had to start over this often is given up: a person must look. */
  maxEpochs: number
  /** What keeps failing is given up after this many attempts and becomes a finding: no unlimited retries in silence. */
  maxAttempts: number
  /** The pause between attempts doubles from one second up to this. */
  maxBackoffSeconds: number
  /** Whether each volume is decoded as it is read back and its records counted and digested. */
  reconcile: boolean
}

export interface SourceInput {
  run: RunContext
  sourceId: string
  epoch: number
}

export interface EpochInput extends SourceInput {
  token: string
}

export interface OpenedEpoch {
  epoch: number
  token: string
  openedAt: string
}

/** A contiguous range of parts that one activity extracts: `from` included, `to` not. */
export interface PartRange {
  from: number
  to: number
  bytes: number
}

/** What an extraction activity says of how far it is, in every heartbeat. */
export interface ExtractionCursor {
  /** The next part to extract. */
  next: number
  parts: number
  plainBytes: number
  records: number
  verifiedBytes: number
}

export interface DiscoverySummary {
  datasets: number
  estimatedBytes: number
  estimatedRecords: number
  omissions: number
  /** The first few, for findings; all of them are in the package. */
  firstOmissions: Omission[]
  partialAccess: { item: string; reason: string; remedy: string }[]
  neighbours: { address: string; title: string; estimatedBytes?: number }[]
  address: string
}
