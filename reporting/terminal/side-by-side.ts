import type { RunReport } from '../../contract/report.ts'
import { formatBytes, formatNumber } from '../../contract/words/numbers.ts'
import { comparisonWords, outcomeWords } from '../../contract/words/states.ts'
import { hasOtherContent } from '../other-content.ts'
import type { ComparedDataset, ReportSummary, SideBySide, SourceSummary } from '../summary.ts'
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
  const roomy = page.width >= 90
  const columns: Column[] = [
    { title: words.source, align: 'left', flexible: true },
    { title: words.atSource, align: 'right' },
    { title: words.inPackage, align: 'right' },
    { title: words.restored, align: 'right' },
    ...(roomy ? [{ title: words.volume, align: 'right' } as const] : []),
    { title: words.result, align: 'left' },
  ]
  const keep = (cells: string[]) => (roomy ? cells : cells.filter((_, column) => column !== 4))
  const rows = summary.sources.flatMap((source) => sourceRows(page, source, verbose, keep))
  if (report.sources.length > 1) {
    rows.push({
      cells: keep([
        words.total,
        ...counts(page, summary.records),
        formatBytes(summary.totals.plainBytes, language),
        '',
      ]),
      paint: page.colors.bold,
    })
  }
  tableLines(page, columns, rows)
  page.line()
  page.paragraph(words.tableUnits, { paint: page.colors.dim })
}

function sourceRows(
  page: Page,
  { source, records, rows, comparisons }: SourceSummary,
  verbose: boolean,
  keep: (cells: string[]) => string[],
): Row[] {
  const { language, colors } = page
  const words = reportWords[language]
  const failed = source.outcome === 'failed'
  const troubled = failed || comparisons.differs > 0
  const paint: Paint = troubled ? colors.red : comparisons.unchecked > 0 ? colors.yellow : colors.green
  const shown = verbose
    ? rows
    : rows.filter(({ comparison }) => comparison === 'differs' || comparison === 'unchecked')
  const last = keep(['', '', '', '', '', '']).length - 1
  const result: Row[] = [
    {
      cells: keep([
        source.title,
        ...counts(page, records),
        formatBytes(source.totals.plainBytes, language),
        `${troubled ? '✘' : '✔'} ${outcomeWords[language][source.outcome]}`,
      ]),
      cellPaints: { 0: colors.bold, [last]: paint },
      ...(source.failure === undefined ? {} : { note: source.failure.message }),
    },
  ]
  for (const row of shown) result.push(datasetRow(page, row, keep, last))
  if (!verbose && comparisons.same + comparisons.uncounted > 0) {
    const parts = [
      ...(comparisons.same > 0 ? [words.datasetsFolded(comparisons.same)] : []),
      ...(comparisons.uncounted > 0 ? [words.uncounted(comparisons.uncounted)] : []),
    ]
    result[result.length - 1] = { ...result.at(-1)!, after: parts.join(', ') }
  }
  return result
}

function datasetRow(
  page: Page,
  row: ComparedDataset,
  keep: (cells: string[]) => string[],
  last: number,
): Row {
  const { language, colors } = page
  const { dataset, comparison } = row
  const sides = {
    source: dataset.source?.records ?? null,
    package: dataset.package?.records ?? null,
    restored: dataset.restored?.records ?? null,
  }
  const paints = { same: colors.green, differs: colors.red, unchecked: colors.yellow, uncounted: colors.dim }
  return {
    cells: keep([
      dataset.datasetId,
      ...counts(page, sides),
      formatBytes(dataset.plainBytes, language),
      `${marks[comparison]} ${comparisonWords[language][comparison]}`,
    ]),
    indent: 2,
    keepName: true,
    cellPaints: { [last]: paints[comparison] },
    ...(hasOtherContent(row) ? { note: reportWords[language].sameCountOtherContent } : {}),
  }
}

function counts(page: Page, { source, package: packaged, restored }: SideBySide): string[] {
  return [source, packaged, restored].map((count) =>
    count === null ? '—' : formatNumber(count, page.language),
  )
}
