import { severities } from '../contract/finding.ts'
import type { RunReport } from '../contract/report.ts'
import { formatDuration } from '../contract/words/dates.ts'
import type { Language } from '../contract/words/language.ts'
import { formatBytes, formatNumber } from '../contract/words/numbers.ts'
import { countedSeverity, verdictWords } from '../contract/words/states.ts'
import type { ReportSummary } from './summary.ts'
import { reportWords } from './words.ts'

export interface Headline {
  /** The answer: `Oui, avec réserves`. */
  word: string
  sentence: string
  /** What the answer rests on, a short phrase each. */
  facts: string[]
}

/** The answer first, and what it rests on. Pure. */
export function headlineOf(report: RunReport, summary: ReportSummary, language: Language): Headline {
  const words = reportWords[language]
  const { outcomes, comparisons } = summary
  const came = outcomes.verified + outcomes.restored
  const counted = comparisons.same + comparisons.differs + comparisons.unchecked
  const exported = [words.sourcesCame(came, report.sources.length)]
  if (report.kind === 'rehearsal')
    exported.push(words.sourcesRestored(outcomes.restored, report.sources.length))
  const amount = words.amount(
    formatBytes(summary.totals.plainBytes, language),
    `${formatNumber(summary.records.source ?? 0, language)} ${words.records}`,
  )
  const facts = [
    exported.join(', '),
    words.datasetsSame(comparisons.same, counted),
    ...(comparisons.differs > 0 ? [words.datasetsDiffer(comparisons.differs)] : []),
    ...(comparisons.unchecked > 0 ? [words.datasetsUnchecked(comparisons.unchecked)] : []),
    `${amount}, ${language === 'fr' ? 'en' : 'in'} ${formatDuration(summary.elapsedSeconds, language)}`,
    findingsFact(summary, language),
  ]
  return { ...verdictWords[language][report.kind][report.verdict], facts }
}

function findingsFact(summary: ReportSummary, language: Language): string {
  const words = reportWords[language]
  const present = severities.filter((severity) => summary.findings[severity] > 0)
  if (present.length === 0) return words.noFinding.replace(/\.$/, '')
  const total = present.reduce((sum, severity) => sum + summary.findings[severity], 0)
  const parts = present.map((severity) => countedSeverity(severity, summary.findings[severity], language))
  return `${words.findingsCount(total)}${language === 'fr' ? '\u00a0' : ''}: ${parts.join(', ')}`
}
