import type { DocumentResult, RunReport } from '../../contract/report.ts'
import { formatDate, formatDays } from '../../contract/words/dates.ts'
import type { Language } from '../../contract/words/language.ts'
import { documentStateWords } from '../../contract/words/states.ts'
import { reportWords } from '../words.ts'
import { scrolling } from './counts.ts'
import { html, type Markup, name } from './markup.ts'

const tones = { present: 'good', stale: 'warn', missing: 'bad' } as const
const marks = { present: '✔', stale: '▲', missing: '✘' } as const

/** Nothing when the plan asks for no document. */
export function documentsSection(report: RunReport, language: Language, timeZone: string): Markup {
  const words = reportWords[language]
  if (report.documents.length === 0) return html``
  const table = html`<table>
<caption>${words.documentsCaption}</caption>
<thead><tr><th scope="col">${words.document}</th><th scope="col">${words.owner}</th><th scope="col">${words.lastChanged}</th><th scope="col">${words.state}</th></tr></thead>
<tbody>${report.documents.map((document) => documentRow(document, language, timeZone))}</tbody>
</table>`
  return html`<section aria-labelledby="documents">
<h2 id="documents">${words.documents}</h2>
<div class="card">${scrolling(words.documents, table)}</div>
</section>`
}

function documentRow(document: DocumentResult, language: Language, timeZone: string): Markup {
  const words = reportWords[language]
  const { state, modifiedAt, maxAgeDays, path } = document
  const limit =
    maxAgeDays === undefined
      ? undefined
      : html`<small>${words.atMost(formatDays(maxAgeDays, language))}</small>`
  return html`<tr>
<th scope="row">${name(document.title)}<small>${document.required ? words.required : words.optional}${path === undefined ? undefined : html` · ${name(path)}`}</small></th>
<td>${name(document.owner)}</td>
<td>${modifiedAt === undefined ? '—' : formatDate(modifiedAt, language, timeZone)}${limit}</td>
<td class="state"><span class="${tones[state]}">${marks[state]} ${documentStateWords[language][state]}</span></td>
</tr>
`
}
