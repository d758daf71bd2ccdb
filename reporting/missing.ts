import type { RunReport } from '../contract/report.ts'
import type { Language } from '../contract/words/language.ts'
import type { ReportSummary } from './summary.ts'
import { reportWords } from './words.ts'

/** What did not come, one line each: failed sources, datasets not proved, omissions, documents. Empty when all is there. */
export function missingLines(report: RunReport, summary: ReportSummary, language: Language): string[] {
  const words = reportWords[language]
  const documents = (['missing', 'stale'] as const).flatMap((wanted) =>
    report.documents.filter(({ state }) => state === wanted),
  )
  return [
    ...report.sources
      .filter(({ outcome }) => outcome === 'failed')
      .map(({ title, sourceId }) => words.failedSource(`${title} (${sourceId})`)),
    ...(summary.comparisons.differs > 0 ? [words.datasetsDiffer(summary.comparisons.differs)] : []),
    ...(summary.comparisons.unchecked > 0 ? [words.datasetsUnchecked(summary.comparisons.unchecked)] : []),
    ...(summary.totals.omissions > 0 ? [words.omissions(summary.totals.omissions)] : []),
    ...documents.map(({ title, state, required }) =>
      state === 'missing' ? words.missingDocument(title, required) : words.staleDocument(title),
    ),
  ]
}
