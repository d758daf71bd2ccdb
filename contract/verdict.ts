import { compareDataset } from './comparison.ts'
import type { Finding } from './finding.ts'
import type { Verdict } from './report.ts'
import type { SourceResult } from './status.ts'

/**
 * Could the client leave, from what was found? Pure.
 * - a blocker, a failed source, a dataset that differs from its source, or nothing exported at all: it could not;
 * - a major or minor finding, or a dataset whose proof is missing: it could, with reserves;
 * - otherwise it could. `info` findings settle nothing.
 *
 * The findings of the sources count whether or not `findings` repeats them. A required document that is missing
 * reaches this function as a `major` finding.
 */
export function verdictOf(findings: readonly Finding[], sources: readonly SourceResult[]): Verdict {
  const all = [...findings, ...sources.flatMap((source) => source.findings)]
  const severities = new Set(all.map((finding) => finding.severity))
  const comparisons = new Set(
    sources.flatMap(({ datasets, outcome }) => datasets.map((dataset) => compareDataset(dataset, outcome))),
  )
  const failed = sources.length === 0 || sources.some((source) => source.outcome === 'failed')
  if (failed || severities.has('blocker') || comparisons.has('differs')) return 'could-not-leave'
  if (severities.has('major') || severities.has('minor') || comparisons.has('unchecked')) {
    return 'could-leave-with-reserves'
  }
  return 'could-leave'
}
