import type { Finding } from '../contract/finding.ts'
import type { DocumentResult, Verdict } from '../contract/report.ts'
import type { DiscoverySummary, RunContext, SourceTask, Tuning } from '../contract/run.ts'
import type { ExtractionStatus, Failure, RunStatus, SourceResult } from '../contract/status.ts'

/** What goes into workflows and comes out of them. All of it small and constant in size: lists live in the store. */
export interface RehearsalInput {
  run: RunContext
  tuning: Tuning
  /** Leaves the rehearsal's packages and scratch targets in place. */
  keep: boolean
}

export interface RehearsalOutcome {
  verdict: Verdict
  findings: RunStatus['findings']
  reportKey: string
  failureType: string | null
}

export interface ExtractionInput {
  run: RunContext
  source: SourceTask
  /** Public keys that volumes are encrypted to; in clear when empty. */
  recipients: string[]
  tuning: Tuning
  /** Leaves the scratch target in place for people to look at. */
  keep: boolean
}

/** What one epoch came to. */
export interface EpochOutcome {
  outcome: SourceResult['outcome']
  rootSha256: string | null
  address: string | null
  neighbours: DiscoverySummary['neighbours']
  documents: DocumentResult[]
  findings: Record<Finding['severity'], number>
}

export interface ExtractionOutcome extends EpochOutcome {
  sourceId: string
  epoch: number
  failure: Failure | null
  /** As its query would answer last: the run keeps it, since nobody asks an extraction that has ended. */
  status: ExtractionStatus
}
