import type { Comparison } from '../../contract/comparison.ts'
import type { RunReport } from '../../contract/report.ts'
import { formatBytes, formatNumber } from '../../contract/words/numbers.ts'
import { comparisonWords, outcomeWords } from '../../contract/words/states.ts'
import { hasOtherContent } from '../other-content.ts'
import {
  type ComparedDataset,
  type ReportSummary,
  type SideBySide,
  type SourceSummary,
  standingOf,
} from '../summary.ts'
import { reportWords } from '../words.ts'
import type { Page, Paint } from './page.ts'
import { type Column, type Row, tableLines } from './table.ts'

const marks = { same: '✔', differs: '✘', unchecked: '?', uncounted: '·' } as const

/** A line a source, with its totals; under it the datasets that are not proved, or all of them when `verbose`. */
export function sideBySideLines(
  page: Page,
  report: RunReport,
  summary: ReportSummary,
  verbose: boolean,
): void {
  const { language } = page
  const words = reportWords[language]
  const lay = layoutOf(page)
  const columns: Column[] = [
    { title: words.source, align: 'left', flexible: true },
    { title: words.atSource, align: 'right' },
    { title: words.inPackage, align: 'right' },
    { title: words.restored, align: 'right' },
    ...(page.width >= 90 ? [{ title: words.volume, align: 'right' } as const] : []),
    { title: page.width >= 70 ? words.result : '', align: 'left' },
  ]
  const rows = summary.sources.flatMap((source) => sourceRows(page, source, verbose, lay))
  if (report.sources.length > 1) {
    rows.push({
      cells: lay({ name: words.total, sides: summary.records, bytes: summary.totals.plainBytes }),
      paint: page.colors.bold,
    })
  }
  tableLines(page, columns, rows)
  page.line()
  page.paragraph(words.tableUnits, { paint: page.colors.dim })
}

interface LineContent {
  name: string
  sides: SideBySide
  bytes: number
  mark?: string
  word?: string
}
type Layout = (content: LineContent) => string[]

/** The cells that there is room for: the volume leaves first, then the word of the result, whose mark stays. */
function layoutOf({ width, language }: Page): Layout {
  return ({ name, sides, bytes, mark = '', word = '' }) => [
    name,
    ...[sides.source, sides.package, sides.restored].map((count) =>
      count === null ? '—' : formatNumber(count, language),
    ),
    ...(width >= 90 ? [formatBytes(bytes, language)] : []),
    width >= 70 ? `${mark} ${word}`.trim() : mark,
  ]
}

function sourceRows(page: Page, summary: SourceSummary, verbose: boolean, lay: Layout): Row[] {
  const { source, records, rows, comparisons } = summary
  const { language, colors } = page
  const words = reportWords[language]
  const standing = standingOf(summary)
  const shown = verbose
    ? rows
    : rows.filter(({ comparison }) => comparison === 'differs' || comparison === 'unchecked')
  const cells = lay({
    name: source.title,
    sides: records,
    bytes: source.totals.plainBytes,
    mark: marks[standing],
    word: outcomeWords[language][source.outcome],
  })
  const result: Row[] = [
    {
      cells,
      cellPaints: { 0: colors.bold, [cells.length - 1]: paintOf(page, standing) },
      ...(source.failure === undefined ? {} : { note: source.failure.message }),
    },
  ]
  for (const row of shown) result.push(datasetRow(page, row, lay))
  if (!verbose && comparisons.same + comparisons.uncounted > 0) {
    const parts = [
      ...(comparisons.same > 0 ? [words.datasetsFolded(comparisons.same)] : []),
      ...(comparisons.uncounted > 0 ? [words.uncounted(comparisons.uncounted)] : []),
    ]
    result[result.length - 1] = { ...result.at(-1)!, after: parts.join(', ') }
  }
  return result
}

function datasetRow(page: Page, row: ComparedDataset, lay: Layout): Row {
  const { language } = page
  const { dataset, comparison } = row
  const sides = {
    source: dataset.source?.records ?? null,
    package: dataset.package?.records ?? null,
    restored: dataset.restored?.records ?? null,
  }
  const cells = lay({
    name: dataset.datasetId,
    sides,
    bytes: dataset.plainBytes,
    mark: marks[comparison],
    word: comparisonWords[language][comparison],
  })
  return {
    cells,
    indent: 2,
    keepName: true,
    cellPaints: { [cells.length - 1]: paintOf(page, comparison) },
    ...(hasOtherContent(row) ? { note: reportWords[language].sameCountOtherContent } : {}),
  }
}

function paintOf({ colors }: Page, comparison: Comparison): Paint {
  const paints = { same: colors.green, differs: colors.red, unchecked: colors.yellow, uncounted: colors.dim }
  return paints[comparison]
}
