import { createColors } from 'picocolors'
import type { VerificationReport } from '../../packaging/verifier.ts'
import { wantsColor } from './color.ts'

const stepTitles: Record<VerificationReport['steps'][number]['step'], string> = {
  key: 'signed by a pinned key',
  signature: 'the statement is what was signed',
  statement: 'it is the package expected',
  'tag-manifest': 'its documents are the ones signed for',
  manifest: 'its list of volumes is well formed',
  listing: 'every file listed is there, and nothing else',
  consistency: 'its documents agree with each other',
  volumes: 'every volume is unaltered',
  contents: 'every volume decodes to the records counted at the source',
}

/** What `verify` says to a person: the answer, what it rests on, what is in the package, what is wrong with it. */
export function verificationText(report: VerificationReport, options: { isColored: boolean }): string {
  const { green, red, bold, dim, yellow } = createColors(wantsColor(options.isColored))
  const marks = { passed: green('✓'), failed: red('✗'), skipped: yellow('–'), 'not-reached': dim('·') }
  const lines: string[] = []
  const say = (line = '') => lines.push(line)
  const { root } = report
  if (report.valid) {
    const without = report.contentsRead ? '' : ', as delivered: give --identity to have its contents read too'
    say(green(bold(`✓ The package is good${without}`)))
  } else {
    say(red(bold('✗ The package is REFUSED')))
  }
  say()
  if (root !== null) {
    for (const [label, value] of [
      ['contract', root.contract],
      ['run', `${root.run} (${root.kind})`],
      ['source', `${root.source}, epoch ${root.epoch}: ${root.sourceTitle}`],
      ['read at', root.openedAt],
      ['sealed at', root.sealedAt],
      ['signed by', report.keyFingerprint],
      ['root', report.rootSha256],
      ['previous', root.previousRoot ?? 'none'],
    ]) {
      say(`  ${dim(label!.padEnd(10))}${printable(value ?? '')}`)
    }
    say()
  }
  for (const { step, state } of report.steps) {
    say(`  ${marks[state]} ${stepTitles[step]}${state === 'skipped' ? dim(' (not checked)') : ''}`)
  }
  say()
  if (report.valid) {
    const { volumes, records, plainBytes, deliveredBytes } = report.totals
    say(`  ${volumes} volumes, ${records} records, ${plainBytes} bytes, ${deliveredBytes} as delivered`)
    if (report.contentsRead)
      say(`  ${report.datasets.length} datasets equal to what was counted at the source`)
    if (root !== null && root.counts.omissions > 0) {
      say(
        yellow(
          `  ${root.counts.omissions} omissions: what is not in the package, and why, is in bag/omissions.json`,
        ),
      )
    }
    if (report.filesBeside > 0)
      say(dim(`  ${report.filesBeside} files beside the package, which are no part of it`))
    say()
    say(dim(`  Keep the root hash: with --expect-root, no other package passes for this one.`))
  } else {
    for (const { code, cause } of report.problems) say(`  ${red(code)}: ${printable(cause)}`)
    if (report.problemsLeftOut > 0) say(`  and ${report.problemsLeftOut} more`)
    say()
    say(
      '  → Do not use this package. Ask for it again from an untouched copy; if that one is refused as well, keep both.',
    )
  }
  return `${lines.join('\n')}\n`
}

/** One object a line: every problem, every dataset, then the summary. */
export function* verificationLines(report: VerificationReport): Generator<object> {
  const { problems, datasets, ...summary } = report
  for (const problem of problems) yield { type: 'problem', ...problem }
  for (const dataset of datasets) yield { type: 'dataset', ...dataset }
  yield { type: 'summary', ...summary }
}

/** What a package says may hold anything: nothing of it may steer the terminal. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '\ufffd')
}
