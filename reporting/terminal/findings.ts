import type { RunReport } from '../../contract/report.ts'
import { describeFinding } from '../../contract/words/findings.ts'
import { severityWords, subjectWords } from '../../contract/words/states.ts'
import { bySeverity } from '../summary.ts'
import { columnsOf } from '../text/columns.ts'
import { reportWords } from '../words.ts'
import type { Page } from './page.ts'

/** Every finding, numbered, with what it concerns, its cause and what to do. */
export function findingLines(page: Page, report: RunReport): void {
  const { language, colors } = page
  const words = reportWords[language]
  if (report.findings.length === 0) page.paragraph(words.noFinding)
  const labels = Math.max(columnsOf(words.cause), columnsOf(words.action)) + 2
  bySeverity(report.findings).forEach((finding, index) => {
    const { title, cause, action } = describeFinding(finding, language)
    if (index > 0) page.line()
    const number = `${index + 1}.`.padEnd(4)
    page.paragraph(title, { lead: number, paint: colors.bold, paintLead: colors.dim })
    const tag = severityWords[language][finding.severity].toLocaleUpperCase(language)
    page.paragraph(subjectWords(finding.subject, language), {
      lead: `    ${tag} · `,
      paint: colors.dim,
      paintLead: page.severity(finding.severity),
    })
    page.labelled(`    ${words.cause}`, cause, labels + 4)
    page.labelled(`    ${words.action}`, action, labels + 4)
  })
}
