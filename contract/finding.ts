export const severities = ['blocker', 'major', 'minor', 'info'] as const
export type Severity = (typeof severities)[number]

/**
 * Something that a person should know. `code` is stable; `contract/words/findings.ts` says in French and in English,
 * from `code` and `values`, what was seen, why, and what to do about it. `contract/finding-values.ts` says which values.
 */
export interface Finding {
  code: FindingCode
  severity: Severity
  /** What it concerns: a source, a document, a dataset: `source:erp`, `document:dex`. */
  subject: string
  /** The facts, for translation and for comparison between runs. Strings and numbers only; no secret, no personal data. */
  values: Record<string, string | number>
}

export const findingCodes = [
  'undeclared-system',
  'missing-document',
  'stale-document',
  'omitted-entry',
  'volume-far-from-declared',
  'access-denied',
  'partial-access',
  'source-unreachable',
  'source-failed',
  'fingerprint-mismatch',
  'restore-failed',
  'not-restored',
  'changed-while-read',
  'clock-endangered',
  'knowledge-not-planned',
  'copies-not-erased',
  'empty-source',
] as const
export type FindingCode = (typeof findingCodes)[number]
