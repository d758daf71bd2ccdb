import type { RunReport } from '../../contract/report.ts'
import { formatDuration } from '../../contract/words/dates.ts'
import { formatPercent } from '../../contract/words/numbers.ts'
import { bar } from '../text/bar.ts'
import { columnsOf, padEnd } from '../text/columns.ts'
import { reportWords } from '../words.ts'
import type { Page } from './page.ts'

export function timeLines(page: Page, { forecast }: RunReport): void {
  const words = reportWords[page.language]
  page.paragraph(words.timeIntro)
  const labels = Math.max(columnsOf(words.extraction), columnsOf(words.restoration)) + 2
  page.labelled(words.extraction, formatDuration(forecast.extractionSeconds, page.language), labels)
  page.labelled(words.restoration, formatDuration(forecast.restoreSeconds, page.language), labels)
}

/** Each clock: what it is, how much of it the real run would take, and whether it holds. */
export function clockLines(page: Page, { forecast }: RunReport): void {
  const { language, colors } = page
  const words = reportWords[language]
  const barColumns = Math.min(24, Math.max(8, page.inner - 50))
  for (const clock of forecast.clocks) {
    const ratio =
      clock.allowedSeconds > 0 ? clock.neededSeconds / clock.allowedSeconds : Number.POSITIVE_INFINITY
    const { done, left } = bar(ratio, barColumns)
    const paint = clock.holds ? colors.green : colors.red
    const share = Number.isFinite(ratio) ? formatPercent(ratio, language) : '—'
    const needed = formatDuration(clock.neededSeconds, language)
    const allowed = formatDuration(clock.allowedSeconds, language)
    const state = clock.holds ? `✔ ${words.holds}` : `✘ ${words.holdsNot}`
    page.line()
    page.paragraph(clock.title, { paint: colors.bold })
    page.line(
      `${paint(done)}${colors.dim(left)}  ${paint(padEnd(state, 10))}  ${needed} / ${allowed} (${share})`,
    )
    page.paragraph(clock.source, { paint: colors.dim })
  }
}
