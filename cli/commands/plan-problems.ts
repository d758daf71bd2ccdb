import type { Plan } from '../../contract/plan/plan.ts'
import type { PlanProblem } from '../../contract/plan/problem.ts'
import { secretReferences } from '../../contract/plan/secret-references.ts'
import type { ClockConflict } from '../../contract/policies/conflicts.ts'
import { paint } from '../render/paint.ts'

const excerptWidth = 100

/** Every problem with its line, a caret under the place, and what to do. */
export function problemsText(input: {
  file: string
  text: string
  problems: readonly PlanProblem[]
}): string {
  const lines = input.text.split(/\r\n|\n|\r/)
  const blocks = input.problems.map((problem) => {
    const where = `${printable(input.file)}:${problem.line}:${problem.column}`
    const head =
      problem.path === '' ? paint.bold(where) : `${paint.bold(where)}  ${paint.cyan(printable(problem.path))}`
    return [
      head,
      `  ${printable(problem.reason)}`,
      ...excerpt(lines[problem.line - 1] ?? '', problem),
      `  ${paint.green('→')} ${printable(problem.remedy)}`,
    ].join('\n')
  })
  const count = input.problems.length
  return [
    ...blocks,
    paint.red(`${count} problem${count === 1 ? '' : 's'} in ${printable(input.file)}.`),
  ].join('\n\n')
}

function excerpt(line: string, { line: number, column, sensitive }: PlanProblem): string[] {
  const gutter = String(number)
  const blank = ' '.repeat(gutter.length)
  if (sensitive) return [paint.dim(`  ${gutter} | (not shown: it may hold a secret)`)]
  const start = Math.max(0, column - Math.floor(excerptWidth * 0.6))
  const shown = printable(line.slice(start, start + excerptWidth))
  const indent = ' '.repeat(Math.max(0, Math.min(column - 1 - start, excerptWidth)))
  return [paint.dim(`  ${gutter} | `) + shown, paint.dim(`  ${blank} | `) + paint.red(`${indent}^`)]
}

/** What a plan that holds comes to, and what the parties have yet to settle. */
export function summaryText(file: string, plan: Plan, conflicts: readonly ClockConflict[]): string {
  const { contract, sources, documents, knowledge, rehearsal, delivery } = plan
  const restored = sources.filter(({ id }) => rehearsal.restoreTargets[id] !== undefined).length
  const lines = [
    `${paint.green('✓')} ${printable(file)} holds.`,
    `  ${printable(contract.title)} (${contract.id}), ${plan.outcome}, until ${contract.end}`,
    `  ${count(sources.length, 'source')}, ${restored} of them restored by rehearsals; ${count(documents.length, 'document')}; ${count(knowledge.length, 'topic')}`,
    `  packages ${delivery.recipients.length === 0 ? 'not encrypted' : `encrypted to ${count(delivery.recipients.length, 'key')}`}`,
    `  ${count(new Set(secretReferences(plan).map(({ reference }) => reference)).size, 'reference')} for the worker to resolve`,
  ]
  return [...lines, ...conflicts.map((conflict) => `  ${paint.yellow('!')} ${conflictText(conflict)}`)].join(
    '\n',
  )
}

export function conflictText({ clocks, missingSeconds }: ClockConflict): string {
  const days = Math.ceil(missingSeconds / 86_400)
  const names = clocks.map(printable).join(', ')
  return `${names} cannot all be kept: ${count(days, 'day')} short. The contract has to settle which gives way.`
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`
}

/** Text of a plan as a terminal may show it: whatever would move the cursor or hide text is made visible. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => (character === '\t' ? ' ' : '\u{fffd}'))
}
