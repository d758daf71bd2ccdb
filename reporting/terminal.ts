import { createColors } from 'picocolors'
import type { RunReport } from '../contract/report.ts'
import type { Language } from '../contract/words/language.ts'
import { summarise } from './summary.ts'
import { clockLines, timeLines } from './terminal/clocks.ts'
import { findingLines } from './terminal/findings.ts'
import { furtherLines, type Place } from './terminal/further.ts'
import { headlineLines } from './terminal/headline.ts'
import { missingSection } from './terminal/missing.ts'
import { Page } from './terminal/page.ts'
import { sideBySideLines } from './terminal/side-by-side.ts'
import { reportWords } from './words.ts'

export interface TerminalOptions {
  language: Language
  /** Whether to colour: the caller honours NO_COLOR. Nothing is said by colour alone. */
  color: boolean
  /** Columns of the terminal. Lines keep under it, and under 120; below 60 they are laid out for 60. */
  width: number
  /** Lists every dataset, not only those that are not proved. */
  verbose?: boolean
  /** Where else to look: the HTML report, the bucket. */
  places?: readonly Place[]
  /** IANA name; UTC otherwise. */
  timeZone?: string
}

/**
 * The report as text for a terminal or a log, ending in a newline: the answer first, then what it rests on. Pure.
 * Everything that comes from outside is made harmless (`printable`).
 */
export function renderTerminal(report: RunReport, options: TerminalOptions): string {
  const { language } = options
  const page = new Page({
    width: Math.min(120, Math.max(60, options.width)),
    language,
    colors: createColors(options.color),
    timeZone: options.timeZone ?? 'UTC',
  })
  const words = reportWords[language]
  const summary = summarise(report)
  headlineLines(page, report, summary)
  page.section(words.sideBySide)
  sideBySideLines(page, report, summary, options.verbose ?? false)
  page.section(words.time)
  timeLines(page, report)
  clockLines(page, report)
  page.section(words.missing)
  missingSection(page, report, summary)
  page.section(`${words.findings} (${report.findings.length})`)
  findingLines(page, report)
  page.section(words.further)
  furtherLines(page, report, options.places ?? [])
  return page.text()
}
