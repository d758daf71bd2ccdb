import type { Fault } from '../problem.ts'
import { isDate } from '../schema/fields.ts'
import { field, select, selectText, selectTexts } from '../select.ts'
import { idsOf } from './references.ts'

/** The sections agree with each other: dates in order, trades of the contract, every source in a service. */
export function checkScope(plan: unknown): Fault[] {
  return [...checkDates(plan), ...checkTrades(plan), ...checkCoverage(plan), ...checkGates(plan)]
}

function checkDates(plan: unknown): Fault[] {
  const start = selectText(plan, 'contract.start')
  const end = selectText(plan, 'contract.end')
  if (start === undefined || end === undefined || !isDate(start) || !isDate(end) || start < end) return []
  const reason = `The contract ends on ${end}, not after its start on ${start}.`
  return [{ path: ['contract', 'end'], reason, remedy: 'Put the dates in order.' }]
}

function checkTrades(plan: unknown): Fault[] {
  const trades = new Set(selectTexts(plan, 'contract.trades[]').map(({ value }) => value))
  if (trades.size === 0 || trades.has('global')) return []
  return selectTexts(plan, 'scope.services[].trade')
    .filter(({ value }) => !trades.has(value))
    .map(({ path, value }) => ({
      path,
      reason: `The trade \`${value}\` is not one of the contract's.`,
      remedy: `Use one of: ${[...trades].join(', ')}; or add it to \`contract.trades\`.`,
    }))
}

function checkCoverage(plan: unknown): Fault[] {
  const sources = idsOf(plan, 'sources')
  if (select(plan, 'sources')[0] !== undefined && select(plan, 'sources[]').length === 0) {
    if (selectText(plan, 'outcome') === 'erase-only') return []
    const reason = 'There is no source: nothing would be handed over.'
    return [{ path: ['sources'], at: 'key', reason, remedy: 'Add the systems that hold data of the client.' }]
  }
  const covered = new Set(selectTexts(plan, 'scope.services[].sources[]').map(({ value }) => value))
  if (select(plan, 'scope.services')[0] === undefined) return []
  return selectTexts(plan, 'sources[].id')
    .filter(({ value }) => sources.has(value) && !covered.has(value))
    .map(({ path, value }) => ({
      path,
      reason: `The source \`${value}\` belongs to no service of the scope.`,
      remedy: 'Name it under `sources` of a service in `scope.services`, or remove it.',
    }))
}

function checkGates(plan: unknown): Fault[] {
  return select(plan, 'knowledge[].gate').flatMap(({ path, value }): Fault[] => {
    const score = field(value, 'score')
    const outOf = field(value, 'outOf')
    if (typeof score !== 'number' || typeof outOf !== 'number' || score <= outOf) return []
    const reason = `The gate asks for ${score} out of ${outOf}, which nobody can reach.`
    return [{ path: [...path, 'score'], reason, remedy: `Ask for ${outOf} at most.` }]
  })
}
