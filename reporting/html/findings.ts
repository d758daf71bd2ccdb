import type { Finding } from '../../contract/finding.ts'
import type { RunReport } from '../../contract/report.ts'
import { describeFinding } from '../../contract/words/findings.ts'
import type { Language } from '../../contract/words/language.ts'
import { severityWords, subjectWords } from '../../contract/words/states.ts'
import { missingLines } from '../missing.ts'
import { bySeverity, type ReportSummary } from '../summary.ts'
import { reportWords } from '../words.ts'
import { html, type Markup, name } from './markup.ts'

const tones = { blocker: 'bad', major: 'bad', minor: 'warn', info: 'note' } as const

export function missingSection(report: RunReport, summary: ReportSummary, language: Language): Markup {
  const words = reportWords[language]
  const lines = missingLines(report, summary, language)
  const body =
    lines.length === 0
      ? html`<p>${words.nothingMissing}</p>`
      : html`<ul class="missing">${lines.map((line) => html`<li>${name(line)}</li>`)}</ul>`
  return html`<section aria-labelledby="missing"><h2 id="missing">${words.missing}</h2>${body}</section>`
}

/** Every finding, most severe first, with its cause and what to do. */
export function findingsSection(report: RunReport, language: Language): Markup {
  const words = reportWords[language]
  const body =
    report.findings.length === 0
      ? html`<p>${words.noFinding}</p>`
      : html`<ol class="findings">${bySeverity(report.findings).map((finding) => findingItem(finding, language))}</ol>`
  return html`<section aria-labelledby="findings">
<h2 id="findings">${words.findings} <span class="quiet">(${report.findings.length})</span></h2>
${body}
</section>`
}

function findingItem(finding: Finding, language: Language): Markup {
  const words = reportWords[language]
  const { title, cause, action } = describeFinding(finding, language)
  return html`<li class="card ${tones[finding.severity]}">
<p class="tag">${severityWords[language][finding.severity]} <span>· ${name(subjectWords(finding.subject, language))}</span></p>
<h3>${name(title)}</h3>
<dl class="pairs"><dt>${words.cause}</dt><dd>${name(cause)}</dd><dt>${words.action}</dt><dd>${name(action)}</dd></dl>
</li>
`
}
