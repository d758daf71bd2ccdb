import type { RunReport, Verdict } from '../../contract/report.ts'
import { formatDate, formatDateTime } from '../../contract/words/dates.ts'
import { runKindWords } from '../../contract/words/states.ts'
import { headlineOf } from '../headline.ts'
import type { ReportSummary } from '../summary.ts'
import { columnsOf, wrap } from '../text/columns.ts'
import { printable } from '../text/printable.ts'
import { reportWords } from '../words.ts'
import type { Page, Paint } from './page.ts'

const marks: Record<Verdict, string> = {
  'could-leave': '✔',
  'could-leave-with-reserves': '▲',
  'could-not-leave': '✘',
}

/** What run this is, then the answer beside a coloured rule, then the facts that it rests on. */
export function headlineLines(page: Page, report: RunReport, summary: ReportSummary): void {
  const { colors, language } = page
  const words = reportWords[language]
  const { contract } = report
  const headline = headlineOf(report, summary, language)
  page.line()
  page.paragraph(`${runKindWords[language][report.kind]} · ${contract.title}`, { paint: colors.bold })
  page.paragraph(
    `${contract.client} ← ${contract.provider} · ${words.contractUntil(contract.id, formatDate(contract.end, language))} · ${formatDateTime(report.startedAt, language, page.timeZone)}`,
    { paint: colors.dim },
  )
  page.line()
  const paint = verdictPaint(page, report.verdict)
  const rule = paint('┃')
  const write = (text: string, style: Paint = (plain) => plain, lead = '  ') => {
    const room = page.inner - 1 - columnsOf(lead)
    wrap(printable(text), room).forEach((line, index) => {
      page.line(`${rule}${index === 0 ? lead : ' '.repeat(columnsOf(lead))}${style(line)}`)
    })
  }
  write(`${marks[report.verdict]} ${headline.word.toLocaleUpperCase(language)}`, (text) =>
    colors.bold(paint(text)),
  )
  write(headline.sentence, colors.bold)
  page.line(rule)
  for (const fact of headline.facts) write(fact, undefined, '  · ')
}

export function verdictPaint({ colors }: Page, verdict: Verdict): Paint {
  const paints: Record<Verdict, Paint> = {
    'could-leave': colors.green,
    'could-leave-with-reserves': colors.yellow,
    'could-not-leave': colors.red,
  }
  return paints[verdict]
}
