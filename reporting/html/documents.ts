import type { DocumentResult, RunReport } from '../../contract/report.ts'
import { formatDate, formatDays } from '../../contract/words/dates.ts'
import type { Language } from '../../contract/words/language.ts'
import { documentStateWords } from '../../contract/words/states.ts'
import { reportWords } from '../words.ts'
import { html, type Markup, name } from './markup.ts'
import { type TableRow, table } from './table.ts'

const tones = { present: 'good', stale: 'warn', missing: 'bad' } as const
const marks = { present: '✔', stale: '▲', missing: '✘' } as const

/** Nothing when the plan asks for no document. */
export function documentsSection(report: RunReport, language: Language, timeZone: string): Markup {
  const words = reportWords[language]
  if (report.documents.length === 0) return html``
  const content = table({
    caption: words.documentsCaption,
    columns: [words.document, words.owner, words.lastChanged, words.state].map((title) => ({ title })),
    rows: report.documents.map((document) => documentRow(document, language, timeZone)),
  })
  return html`<section aria-labelledby="documents">
<h2 id="documents">${words.documents}</h2>
<div class="card">${content}</div>
</section>`
}

function documentRow(document: DocumentResult, language: Language, timeZone: string): TableRow {
  const words = reportWords[language]
  const { state, modifiedAt, maxAgeDays, path } = document
  const limit =
    maxAgeDays === undefined
      ? undefined
      : html`<small>${words.atMost(formatDays(maxAgeDays, language))}</small>`
  const need = document.required ? words.required : words.optional
  return {
    cells: [
      html`${name(document.title)}<small>${need}${path === undefined ? undefined : html` · ${name(path)}`}</small>`,
      name(document.owner),
      html`${modifiedAt === undefined ? '—' : formatDate(modifiedAt, language, timeZone)}${limit}`,
      html`<b class="${tones[state]}">${marks[state]} ${documentStateWords[language][state]}</b>`,
    ],
  }
}
