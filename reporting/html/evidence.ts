import { journalKey, packagePrefix } from '../../contract/layout.ts'
import type { RunReport } from '../../contract/report.ts'
import { formatDateTime } from '../../contract/words/dates.ts'
import type { Language } from '../../contract/words/language.ts'
import { reportWords } from '../words.ts'
import { code, html, type Markup, name, type Part } from './markup.ts'

/** What ties this page to the signed evidence, and how a reader checks it with ordinary tools. */
export function evidenceSection(report: RunReport, language: Language, timeZone: string): Markup {
  const words = reportWords[language]
  const roots = report.sources.flatMap((source): [Part, Part][] => {
    if (source.rootSha256 === undefined) return []
    const encrypted = source.encrypted ? words.encrypted : words.notEncrypted
    return [
      [
        html`${words.root}, ${name(source.title)}`,
        html`${code(source.rootSha256)} · ${words.epoch} ${source.epoch}, ${encrypted}`,
      ],
    ]
  })
  const pairs: [Part, Part][] = [
    [words.run, code(`${report.contract.id}/${report.runId}`)],
    [words.started, formatDateTime(report.startedAt, language, timeZone)],
    [words.ended, formatDateTime(report.endedAt, language, timeZone)],
    [words.plan, code(report.planSha256)],
    ...roots,
    [words.journalHead(report.journal.sequence), code(report.journal.headHash)],
    [words.copies, report.copiesErased ? words.copiesErased : words.copiesNotErased],
  ]
  return html`<section aria-labelledby="evidence">
<h2 id="evidence">${words.verifyYourself}</h2>
<div class="card evidence"><dl class="pairs">${pairs.map(([label, value]) => html`<dt>${label}</dt><dd>${value}</dd>`)}</dl></div>
<ol class="steps">${steps(report, language)}</ol>
</section>`
}

/** Commands for a shell, each step with why. Packages that are erased can no longer be checked: their steps are left out. */
function steps(report: RunReport, language: Language): Markup[] {
  const words = reportWords[language]
  const run = { contractId: report.contract.id, runId: report.runId }
  const sealed = report.sources.filter(({ rootSha256 }) => rootSha256 !== undefined)
  const first = sealed[0]
  const journal = step(words.checkJournal, [
    `sha256sum ${shellWord(journalKey(run, report.journal.sequence))}`,
  ])
  if (first === undefined || report.copiesErased) return [journal]
  const folder = packagePrefix({ ...run, sourceId: first.sourceId, epoch: first.epoch })
  return [
    step(words.checkRoot, [`cd ${shellWord(folder)}`, 'sha256sum root.json']),
    step(words.checkPackage, ["sh bag/verify.sh 'ssh-ed25519 AAAA…'"]),
    step(words.checkWithUs, [
      `reversibility verify . --key 'ssh-ed25519 AAAA…' --expect-root ${first.rootSha256}`,
    ]),
    journal,
  ]
}

const newline = html`
`

function step(why: string, commands: string[]): Markup {
  const lines = commands.map((command, index) => html`${index > 0 ? newline : undefined}${command}`)
  return html`<li>${why}<pre><code>${lines}</code></pre></li>`
}

/** One word for a POSIX shell, quoted when it holds anything but plain signs. */
function shellWord(text: string): string {
  return /^[A-Za-z0-9_./:@=-]+$/.test(text) && !text.startsWith('-')
    ? text
    : `'${text.replaceAll("'", "'\\''")}'`
}
