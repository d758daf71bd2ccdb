/** What a journal entry can tell. Each is one fact; nothing in it is personal but the plan's own ids of people. */
export const journalKinds = [
  'run-started',
  'phase-entered',
  'epoch-opened',
  'epoch-lost',
  'package-sealed',
  'package-restored',
  'source-failed',
  'documents-checked',
  'finding',
  'report-written',
  'copies-erased',
  'run-ended',
  'run-cancelled',
] as const
export type JournalKind = (typeof journalKinds)[number]

/** Who did it: the service itself, a person of the plan, or the simulator that answers gates in a rehearsal. */
export interface JournalActor {
  kind: 'service' | 'person' | 'simulator'
  id: string
}

/** What a writer hands in; sequence and chain are added when it is appended. */
export interface JournalFact {
  kind: JournalKind
  /** What it concerns: `run`, `source:erp`. */
  subject: string
  actor: JournalActor
  facts: Record<string, string | number | boolean | null>
}

/** One file `journal/00000042.json`, in canonical JSON (RFC 8785), so that its SHA-256 is the same for anyone. */
export interface JournalEntry extends JournalFact {
  version: 1
  contractId: string
  runId: string
  /** From 1, without gaps. */
  sequence: number
  /** RFC 3339, by the workflow's clock. */
  at: string
  /** SHA-256 of the file before it, in hexadecimal; 64 zeros for the first. */
  previous: string
}

/** The end of a journal: what the next entry builds on. */
export interface JournalHead {
  sequence: number
  headHash: string
}

export const emptyJournal: JournalHead = { sequence: 0, headHash: '0'.repeat(64) }
