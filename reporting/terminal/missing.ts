import type { RunReport } from '../../contract/report.ts'
import { missingLines } from '../missing.ts'
import type { ReportSummary } from '../summary.ts'
import { reportWords } from '../words.ts'
import type { Page } from './page.ts'

export function missingSection(page: Page, report: RunReport, summary: ReportSummary): void {
  const lines = missingLines(report, summary, page.language)
  if (lines.length === 0) page.paragraph(reportWords[page.language].nothingMissing)
  for (const line of lines) page.paragraph(line, { lead: '• ' })
}
