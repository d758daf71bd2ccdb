import { emptyExtractionStatus, noFindings } from '../../../contract/progress.ts'
import type { ExtractionStatus, RunStatus } from '../../../contract/status.ts'

export const startMs = Date.parse('2026-11-22T10:00:00Z')

export function sampleExtraction(
  sourceId: string,
  changes: Partial<ExtractionStatus> = {},
): ExtractionStatus {
  return { ...emptyExtractionStatus(sourceId), ...changes }
}

export function sampleRun(sources: ExtractionStatus[], changes: Partial<RunStatus> = {}): RunStatus {
  return {
    kind: 'rehearsal',
    contractId: 'orme-si',
    runId: 'r-1',
    phase: 'extraction',
    startedAt: '2026-11-22T10:00:00Z',
    sources,
    findings: noFindings(),
    journal: { sequence: 1, headHash: '0'.repeat(64) },
    ...changes,
  }
}

/** An export under way: `done` of 1,000 MB. */
export function extracting(sourceId: string, doneMegabytes: number): ExtractionStatus {
  return sampleExtraction(sourceId, {
    step: 'extracting',
    epoch: 1,
    parts: { total: 20, done: Math.floor(doneMegabytes / 50) },
    bytes: { expected: 1e9, done: doneMegabytes * 1e6 },
    records: { expected: 300_000, done: doneMegabytes * 300 },
    verifiedBytes: { expected: doneMegabytes * 2e5, done: doneMegabytes * 2e5 },
  })
}
