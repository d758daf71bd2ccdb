import type { Finding, Severity } from './finding.ts'
import type { ExtractionStatus } from './status.ts'

export function noFindings(): Record<Severity, number> {
  return { blocker: 0, major: 0, minor: 0, info: 0 }
}

export function countFindings(findings: readonly Finding[]): Record<Severity, number> {
  const counts = noFindings()
  for (const { severity } of findings) counts[severity] += 1
  return counts
}

/** An extraction before its first step. */
export function emptyExtractionStatus(sourceId: string): ExtractionStatus {
  return {
    sourceId,
    step: 'waiting',
    epoch: 0,
    datasets: 0,
    parts: { total: 0, done: 0 },
    bytes: { expected: 0, done: 0 },
    records: { expected: 0, done: 0 },
    verifiedBytes: { expected: 0, done: 0 },
    restoredBytes: { expected: 0, done: 0 },
    findings: noFindings(),
  }
}
