import type { Finding } from './finding.ts'
import type { RunKind, SourceResult } from './status.ts'

/** `could-leave-with-reserves`: everything came out and restored, and findings remain to be settled. */
export const verdicts = ['could-leave', 'could-leave-with-reserves', 'could-not-leave'] as const
export type Verdict = (typeof verdicts)[number]

/** What a run came to: the JSON report, from which the terminal and HTML ones are made. */
export interface RunReport {
  version: 1
  kind: RunKind
  contract: { id: string; title: string; client: string; provider: string; end: string }
  runId: string
  planSha256: string
  startedAt: string
  endedAt: string
  verdict: Verdict
  sources: SourceResult[]
  documents: DocumentResult[]
  /** How long the real run would take, from the speed measured now, against each clock of the contract. */
  forecast: { extractionSeconds: number; restoreSeconds: number; clocks: ClockForecast[] }
  /** All of them, most severe first: the sources' and the run's own. */
  findings: Finding[]
  journal: { sequence: number; headHash: string }
  copiesErased: boolean
}

export interface DocumentResult {
  id: string
  title: string
  required: boolean
  owner: string
  state: 'present' | 'missing' | 'stale'
  path?: string
  modifiedAt?: string
  maxAgeDays?: number
}

export interface ClockForecast {
  id: string
  title: string
  /** Article or clause. */
  source: string
  allowedSeconds: number
  neededSeconds: number
  holds: boolean
}
