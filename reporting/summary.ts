import { type Comparison, compareDataset } from '../contract/comparison.ts'
import { type Finding, type Severity, severities } from '../contract/finding.ts'
import type { RunReport } from '../contract/report.ts'
import type { DatasetResult, SourceResult } from '../contract/status.ts'

/** Records counted on each side; null when no dataset was counted there. */
export interface SideBySide {
  source: number | null
  package: number | null
  restored: number | null
}

export interface ComparedDataset {
  dataset: DatasetResult
  comparison: Comparison
}

export interface SourceSummary {
  source: SourceResult
  records: SideBySide
  rows: ComparedDataset[]
  comparisons: Record<Comparison, number>
}

/** What both reports say of a run, worked out once. */
export interface ReportSummary {
  sources: SourceSummary[]
  records: SideBySide
  comparisons: Record<Comparison, number>
  totals: { datasets: number; plainBytes: number; deliveredBytes: number; omissions: number }
  outcomes: Record<SourceResult['outcome'], number>
  findings: Record<Severity, number>
  elapsedSeconds: number
}

const sides = ['source', 'package', 'restored'] as const

/** Pure. */
export function summarise(report: RunReport): ReportSummary {
  const sources = report.sources.map(summariseSource)
  const rows = sources.flatMap((source) => source.rows)
  const outcomes = { verified: 0, restored: 0, failed: 0 }
  const totals = { datasets: 0, plainBytes: 0, deliveredBytes: 0, omissions: 0 }
  for (const { source } of sources) {
    outcomes[source.outcome] += 1
    totals.datasets += source.totals.datasets
    totals.plainBytes += source.totals.plainBytes
    totals.deliveredBytes += source.totals.deliveredBytes
    totals.omissions += source.totals.omissions
  }
  return {
    sources,
    records: countSides(rows),
    comparisons: countComparisons(rows),
    totals,
    outcomes,
    findings: countSeverities(report.findings),
    elapsedSeconds: Math.max(0, (Date.parse(report.endedAt) - Date.parse(report.startedAt)) / 1000),
  }
}

function summariseSource(source: SourceResult): SourceSummary {
  const rows = source.datasets.map((dataset) => ({
    dataset,
    comparison: compareDataset(dataset, source.outcome),
  }))
  return { source, rows, records: countSides(rows), comparisons: countComparisons(rows) }
}

function countSides(rows: ComparedDataset[]): SideBySide {
  const counts: SideBySide = { source: null, package: null, restored: null }
  for (const { dataset } of rows) {
    for (const side of sides) {
      const fingerprint = dataset[side]
      if (fingerprint !== null) counts[side] = (counts[side] ?? 0) + fingerprint.records
    }
  }
  return counts
}

function countComparisons(rows: ComparedDataset[]): Record<Comparison, number> {
  const counts = { same: 0, differs: 0, unchecked: 0, uncounted: 0 }
  for (const row of rows) counts[row.comparison] += 1
  return counts
}

function countSeverities(findings: Finding[]): Record<Severity, number> {
  const counts = { blocker: 0, major: 0, minor: 0, info: 0 }
  for (const finding of findings) counts[finding.severity] += 1
  return counts
}

/** How a source stands as a whole: as its worst dataset, and `differs` when it failed. */
export function standingOf({ source, comparisons }: SourceSummary): 'same' | 'unchecked' | 'differs' {
  if (source.outcome === 'failed' || comparisons.differs > 0) return 'differs'
  return comparisons.unchecked > 0 ? 'unchecked' : 'same'
}

/** Most severe first, in the order they came within a severity. */
export function bySeverity(findings: readonly Finding[]): Finding[] {
  return severities.flatMap((severity) => findings.filter((finding) => finding.severity === severity))
}
