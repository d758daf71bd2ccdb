import { formatDuration } from '../../contract/words/dates.ts'
import type { Language } from '../../contract/words/language.ts'
import { formatBytes, formatNumber } from '../../contract/words/numbers.ts'
import { comparisonWords, outcomeWords } from '../../contract/words/states.ts'
import { hasOtherContent } from '../other-content.ts'
import type { ComparedDataset, ReportSummary, SideBySide, SourceSummary } from '../summary.ts'
import { reportWords } from '../words.ts'
import { html, type Markup, name } from './markup.ts'

const marks = { same: '✔', differs: '✘', unchecked: '?', uncounted: '·' } as const
const tones = { same: 'good', differs: 'bad', unchecked: 'warn', uncounted: 'quiet' } as const

/** A table that scrolls by itself when the page is too narrow; reachable with the keyboard. */
export function scrolling(label: string, table: Markup): Markup {
  return html`<div class="scroll" role="region" tabindex="0" aria-label="${label}">${table}</div>`
}

/** A line a source, its three counts side by side. */
export function sourcesSection(summary: ReportSummary, language: Language): Markup {
  const words = reportWords[language]
  const table = html`<table>
<caption>${words.tableUnits}</caption>
<thead><tr><th scope="col">${words.source}</th>${sideHeads(language)}<th scope="col" class="number">${words.volume}</th><th scope="col" class="number">${words.duration}</th><th scope="col">${words.result}</th></tr></thead>
<tbody>${summary.sources.map((source) => sourceRow(source, language))}</tbody>
<tfoot><tr><th scope="row">${words.total}</th>${sideCells(summary.records, language)}<td class="number">${formatBytes(summary.totals.plainBytes, language)}</td><td class="number">${formatDuration(summary.elapsedSeconds, language)}</td><td></td></tr></tfoot>
</table>`
  return html`<section aria-labelledby="counts">
<h2 id="counts">${words.sideBySide}</h2>
<div class="card">${scrolling(words.sideBySide, table)}</div>
</section>`
}

function sourceRow({ source, records, comparisons }: SourceSummary, language: Language): Markup {
  const words = reportWords[language]
  const troubled = source.outcome === 'failed' || comparisons.differs > 0
  const tone = troubled ? 'bad' : comparisons.unchecked > 0 ? 'warn' : 'good'
  const outcome = outcomeWords[language][source.outcome]
  const counted = comparisons.same + comparisons.differs + comparisons.unchecked
  const detail =
    source.failure === undefined
      ? counted > 0
        ? words.datasetsSame(comparisons.same, counted)
        : undefined
      : source.failure.message
  return html`<tr>
<th scope="row">${name(source.title)}<small>${name(source.address)}</small></th>${sideCells(records, language)}
<td class="number">${formatBytes(source.totals.plainBytes, language)}</td>
<td class="number">${formatDuration(source.seconds.total, language)}</td>
<td><span class="${tone}">${troubled ? '✘' : '✔'} ${outcome}</span>${detail === undefined ? undefined : html`<small>${detail}</small>`}</td>
</tr>`
}

/** Every dataset of every source; open where something is not proved or where the list is short. */
export function datasetsSection(summary: ReportSummary, language: Language): Markup {
  const words = reportWords[language]
  const sources = summary.sources.filter(({ rows }) => rows.length > 0)
  if (sources.length === 0) return html``
  return html`<section aria-labelledby="datasets">
<h2 id="datasets">${words.everyDataset}</h2>
${sources.map((source) => datasetTable(source, language))}
</section>`
}

function datasetTable({ source, rows, comparisons }: SourceSummary, language: Language): Markup {
  const words = reportWords[language]
  const isOpen = comparisons.differs + comparisons.unchecked > 0 || rows.length <= 12
  const label = `${words.everyDataset} — ${source.title}`
  const table = html`<table>
<caption>${words.tableUnits}</caption>
<thead><tr><th scope="col">${words.dataset}</th><th scope="col">${words.kind}</th>${sideHeads(language)}<th scope="col" class="number">${words.volume}</th><th scope="col">${words.result}</th></tr></thead>
<tbody>${rows.map((row) => datasetRow(row, language))}</tbody>
</table>`
  return html`<details class="card"${isOpen ? html` open` : undefined}>
<summary>${name(source.title)} <span>· ${words.datasets(rows.length)}</span></summary>
${scrolling(label, table)}
</details>`
}

function datasetRow(row: ComparedDataset, language: Language): Markup {
  const { dataset, comparison } = row
  const sides = {
    source: dataset.source?.records ?? null,
    package: dataset.package?.records ?? null,
    restored: dataset.restored?.records ?? null,
  }
  const other = hasOtherContent(row)
    ? html`<small>${reportWords[language].sameCountOtherContent}</small>`
    : undefined
  return html`<tr class="${comparison}"><th scope="row">${name(dataset.datasetId)}</th><td>${name(dataset.kind)}</td>${sideCells(sides, language)}<td class="number">${formatBytes(dataset.plainBytes, language)}</td><td class="state"><span class="${tones[comparison]}">${marks[comparison]} ${comparisonWords[language][comparison]}</span>${other}</td></tr>
`
}

function sideHeads(language: Language): Markup {
  const words = reportWords[language]
  return html`<th scope="col" class="number">${words.atSource}</th><th scope="col" class="number">${words.inPackage}</th><th scope="col" class="number">${words.restored}</th>`
}

function sideCells({ source, package: packaged, restored }: SideBySide, language: Language): Markup[] {
  return [source, packaged, restored].map((count) =>
    count === null
      ? html`<td class="number quiet">—</td>`
      : html`<td class="number">${formatNumber(count, language)}</td>`,
  )
}
