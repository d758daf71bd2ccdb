import type { RunReport } from '../contract/report.ts'
import { formatDate, formatDateTime } from '../contract/words/dates.ts'
import type { Language } from '../contract/words/language.ts'
import { runKindWords } from '../contract/words/states.ts'
import { headlineOf } from './headline.ts'
import { clocksSection } from './html/clocks.ts'
import { datasetsSection, sourcesSection } from './html/counts.ts'
import { documentsSection } from './html/documents.ts'
import { evidenceSection } from './html/evidence.ts'
import { findingsSection, missingSection } from './html/findings.ts'
import { html, Markup, name } from './html/markup.ts'
import { contentSecurityPolicy, styleSheet } from './html/style.ts'
import { summarise } from './summary.ts'
import { reportWords } from './words.ts'

export interface HtmlOptions {
  language: Language
  /** IANA name; UTC otherwise. */
  timeZone?: string
}

const tones = {
  'could-leave': 'good',
  'could-leave-with-reserves': 'warn',
  'could-not-leave': 'bad',
} as const

/**
 * The report as one page that needs nothing else: no script, no request, its style in it. Pure: the same report gives
 * the same bytes. Everything that comes from outside is escaped (`html/markup.ts`).
 */
export function renderHtml(report: RunReport, options: HtmlOptions): string {
  const { language } = options
  const timeZone = options.timeZone ?? 'UTC'
  const words = reportWords[language]
  const summary = summarise(report)
  const headline = headlineOf(report, summary, language)
  const { contract } = report
  const kind = runKindWords[language][report.kind]
  const page = html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${new Markup(contentSecurityPolicy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<title>${headline.word} · ${kind} · ${contract.title}</title>
<style>${new Markup(styleSheet)}</style>
</head>
<body>
<div class="sheet">
<header>
<p class="kicker">${kind}</p>
<h1>${name(contract.title)}</h1>
<p class="parties">${name(contract.client)} ← ${name(contract.provider)} · ${words.contractUntil(contract.id, formatDate(contract.end, language))} · ${formatDateTime(report.startedAt, language, timeZone)}</p>
</header>
<main>
<section class="verdict ${tones[report.verdict]}" aria-labelledby="verdict">
<h2 id="verdict">${headline.word}</h2>
<p>${headline.sentence}</p>
<ul>${headline.facts.map((fact) => html`<li>${fact}</li>`)}</ul>
</section>
${sourcesSection(summary, language)}
${clocksSection(report, language)}
${missingSection(report, summary, language)}
${findingsSection(report, language)}
${documentsSection(report, language, timeZone)}
${datasetsSection(summary, language)}
${evidenceSection(report, language, timeZone)}
</main>
<footer><p>${words.footer}</p></footer>
</div>
</body>
</html>
`
  return page.text
}
