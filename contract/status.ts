import type { Finding, Severity } from './finding.ts'
import type { Fingerprint } from './fingerprint.ts'

export const runKinds = ['rehearsal', 'handover'] as const
export type RunKind = (typeof runKinds)[number]

/** What a source's extraction is doing. The order is the order of the work. */
export const extractionSteps = [
  'waiting',
  'opening',
  'discovering',
  'partitioning',
  'fingerprinting',
  'extracting',
  'sealing',
  'verifying',
  'restoring',
  'comparing',
  'erasing',
  'done',
  'failed',
  'cancelled',
] as const
export type ExtractionStep = (typeof extractionSteps)[number]

/** How something ended badly: an error of the taxonomy, without secrets. */
export interface Failure {
  type: string
  message: string
  remedy: string
}

/** How far a source's extraction is. Small and constant in size: lists live in the store. */
export interface ExtractionStatus {
  sourceId: string
  step: ExtractionStep
  /** From 1; a source that had to start over has a new one. 0 before the first. */
  epoch: number
  datasets: number
  parts: { total: number; done: number }
  /** Plain bytes read from the source. */
  bytes: { expected: number; done: number }
  records: { expected: number; done: number }
  /** Delivered bytes read back from the store and hashed again. */
  verifiedBytes: { expected: number; done: number }
  restoredBytes: { expected: number; done: number }
  findings: Record<Severity, number>
  /** Set with `failed`: the type and message of the failure and what to do, without secrets. */
  failure?: Failure
}

export const runPhases = [
  'starting',
  'extraction',
  'documentation',
  'report',
  'erasure',
  'done',
  'failed',
  'cancelled',
] as const
export type RunPhase = (typeof runPhases)[number]

/** What the `status` query of a run answers, and what `status.json` holds. */
export interface RunStatus {
  kind: RunKind
  contractId: string
  runId: string
  phase: RunPhase
  startedAt: string
  endedAt?: string
  sources: ExtractionStatus[]
  findings: Record<Severity, number>
  journal: { sequence: number; headHash: string }
  failure?: Failure
  /** Store keys, once written. */
  reportKey?: string
}

/** One row of the table that a report sets side by side. */
export interface DatasetResult {
  sourceId: string
  datasetId: string
  kind: string
  source: Fingerprint | null
  package: Fingerprint | null
  restored: Fingerprint | null
  deliveredBytes: number
  plainBytes: number
}

/** What one source's extraction came to. Written to the store; datasets and findings may be many. */
export interface SourceResult {
  sourceId: string
  title: string
  connector: string
  address: string
  outcome: 'verified' | 'restored' | 'failed'
  failure?: Failure
  epoch: number
  openedAt?: string
  /** SHA-256 of the canonical root statement. */
  rootSha256?: string
  encrypted: boolean
  totals: {
    datasets: number
    records: number
    plainBytes: number
    deliveredBytes: number
    volumes: number
    omissions: number
  }
  /** Wall-clock seconds of each step. */
  seconds: { discover: number; extract: number; seal: number; restore: number; total: number }
  datasets: DatasetResult[]
  findings: Finding[]
}
