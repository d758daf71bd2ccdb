import type { Clock } from '../../contract/policies/clock.ts'
import type { ClockConflict } from '../../contract/policies/conflicts.ts'
import { paint } from '../render/paint.ts'
import { conflictText, printable } from './plan-problems.ts'

/** The clocks as a table, in the language of the contract, then what contradicts itself. */
export function clockTable(
  clocks: readonly Clock[],
  conflicts: readonly ClockConflict[],
  language: 'fr' | 'en',
): string {
  const words = {
    fr: {
      head: ['Délai', 'Durée', 'Du', 'Au', 'Source'],
      atMost: 'au plus',
      working: 'ouvrés',
      atLeast: 'au moins',
      if: 'si',
      none: 'Aucun délai.',
    },
    en: {
      head: ['Clock', 'Time', 'From', 'To', 'Source'],
      atMost: 'at most',
      working: 'working',
      atLeast: 'at least',
      if: 'if',
      none: 'No clock.',
    },
  }[language]
  const rows = clocks.map((clock) => [
    `${clock.strictest ? '*' : ' '} ${printable(clock.title[language])}`,
    `${clock.bound === 'at-most' ? words.atMost : words.atLeast} ${clock.duration}${clock.days === 'working' ? ` ${words.working}` : ''}`,
    clock.startsOn ?? '–',
    clock.endsOn ?? '–',
    printable(clock.source) +
      (clock.condition === undefined ? '' : ` (${words.if} ${clock.condition[language]})`),
  ])
  if (rows.length === 0) return words.none
  const widths = words.head.map((head, column) =>
    Math.max(head.length, ...rows.map((row) => row[column]?.length ?? 0)),
  )
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd()
  return [
    paint.bold(line(words.head)),
    ...rows.map(line),
    ...conflicts.map((conflict) => `${paint.yellow('!')} ${conflictText(conflict)}`),
  ].join('\n')
}
