import { formatDuration } from '../../contract/words/dates.ts'
import type { Language } from '../../contract/words/language.ts'
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
import { html, type Markup, name } from './markup.ts'
import { type TableColumn, type TableRow, table } from './table.ts'

const marks = { same: '✔', differs: '✘', unchecked: '?', uncounted: '·' } as const
const tones = { same: 'good', differs: 'bad', unchecked: 'warn', uncounted: 'quiet' } as const

/** A line a source, its three counts side by side. */
export function sourcesSection(summary: ReportSummary, language: Language): Markup {
  const words = reportWords[language]
  const content = table({
    caption: words.tableUnits,
    columns: [
      { title: words.source },
      ...sideColumns(language),
      { title: words.volume, number: true },
      { title: words.duration, number: true },
      { title: words.result },
    ],
    rows: summary.sources.map((source) => sourceRow(source, language)),
    total: {
      cells: [
        words.total,
        ...sideCells(summary.records, language),
        formatBytes(summary.totals.plainBytes, language),
        formatDuration(summary.elapsedSeconds, language),
        '',
      ],
    },
  })
  return html`<section aria-labelledby="counts">
<h2 id="counts">${words.sideBySide}</h2>
<div class="card">${content}</div>
</section>`
}

function sourceRow(summary: SourceSummary, language: Language): TableRow {
  const { source, records, comparisons } = summary
  const words = reportWords[language]
  const standing = standingOf(summary)
  const outcome = outcomeWords[language][source.outcome]
  const counted = comparisons.same + comparisons.differs + comparisons.unchecked
  const same = counted > 0 ? words.datasetsSame(comparisons.same, counted) : undefined
  const detail = source.failure?.message ?? same
  return {
    cells: [
      html`${name(source.title)}<small>${name(source.address)}</small>`,
      ...sideCells(records, language),
      formatBytes(source.totals.plainBytes, language),
      formatDuration(source.seconds.total, language),
      html`<b class="${tones[standing]}">${marks[standing]} ${outcome}</b>${detail === undefined ? undefined : html`<small>${detail}</small>`}`,
    ],
  }
}

/** Every dataset of every source; open where something is not proved or where the list is short. */
export function datasetsSection(summary: ReportSummary, language: Language): Markup {
  const words = reportWords[language]
  const sources = summary.sources.filter(({ rows }) => rows.length > 0)
  if (sources.length === 0) return html``
  return html`<section aria-labelledby="datasets">
<h2 id="datasets">${words.everyDataset}</h2>
${sources.map((source) => datasetsOf(source, language))}
</section>`
}

function datasetsOf({ source, rows, comparisons }: SourceSummary, language: Language): Markup {
  const words = reportWords[language]
  const isOpen = comparisons.differs + comparisons.unchecked > 0 || rows.length <= 12
  const content = table({
    caption: words.tableUnits,
    columns: [
      { title: words.dataset },
      { title: words.kind },
      ...sideColumns(language),
      { title: words.volume, number: true },
      { title: words.result },
    ],
    rows: rows.map((row) => datasetRow(row, language)),
  })
  return html`<details class="card"${isOpen ? html` open` : undefined}>
<summary>${name(source.title)} <span>· ${words.datasets(rows.length)}</span></summary>
${content}
</details>`
}

function datasetRow(row: ComparedDataset, language: Language): TableRow {
  const { dataset, comparison } = row
  const sides = {
    source: dataset.source?.records ?? null,
    package: dataset.package?.records ?? null,
    restored: dataset.restored?.records ?? null,
  }
  const other = hasOtherContent(row)
    ? html`<small>${reportWords[language].sameCountOtherContent}</small>`
    : undefined
  return {
    tone: comparison,
    cells: [
      name(dataset.datasetId),
      name(dataset.kind),
      ...sideCells(sides, language),
      formatBytes(dataset.plainBytes, language),
      html`<b class="${tones[comparison]}">${marks[comparison]} ${comparisonWords[language][comparison]}</b>${other}`,
    ],
  }
}

function sideColumns(language: Language): TableColumn[] {
  const words = reportWords[language]
  return [words.atSource, words.inPackage, words.restored].map((title) => ({ title, number: true }))
}

function sideCells({ source, package: packaged, restored }: SideBySide, language: Language): string[] {
  return [source, packaged, restored].map((count) => (count === null ? '—' : formatNumber(count, language)))
}
