import type { RunReport } from '../../contract/report.ts'
import { columnsOf } from '../text/columns.ts'
import { reportWords } from '../words.ts'
import type { Page } from './page.ts'

const placeKinds = ['htmlReport', 'jsonReport', 'evidence', 'packages', 'journalFiles', 'workflow'] as const

/** Somewhere to look further: a path, an address. */
export interface Place {
  kind: (typeof placeKinds)[number]
  at: string
}

/** Where the rest is. What a rehearsal copied is gone by then, and that is said. */
export function furtherLines(page: Page, report: RunReport, places: readonly Place[]): void {
  const words = reportWords[page.language]
  const rows: [string, string][] = [
    ...places.map(({ kind, at }): [string, string] => [words[kind], at]),
    [words.run, `${report.contract.id}/${report.runId}`],
    [words.journalHead(report.journal.sequence), report.journal.headHash],
    [words.plan, report.planSha256],
  ]
  const labels = Math.max(...rows.map(([label]) => columnsOf(label))) + 2
  for (const [label, at] of rows) page.verbatim(label, at, labels)
  const note = report.copiesErased ? words.copiesErased : words.copiesNotErased
  page.paragraph(note, { paint: report.copiesErased ? page.colors.green : page.colors.yellow })
}
