import { addDuration, durationSeconds, parseDuration } from '../plan/duration.ts'
import type { Plan } from '../plan/plan.ts'
import type { Milestone, PolicyClock } from './policy.ts'

export type MilestoneDates = ReadonlyMap<Milestone, Date>

/**
 * When each milestone would come. Counted forward from the day of the notice when there is one; else the
 * transition is taken to end with the contract, and what comes before is counted back from there. Milestones
 * that no clock places are absent.
 */
export function projectMilestones(
  plan: Plan,
  clocks: readonly PolicyClock[],
  { noticeOn }: { noticeOn?: string },
): MilestoneDates {
  const dates = new Map<Milestone, Date>()
  const notice = limit(clocks, 'notice', 'transition-start', 'at-most')
  const transition = limit(clocks, 'transition-start', 'transition-end', 'at-most')
  if (noticeOn === undefined) {
    const end = midnight(plan.contract.end)
    dates.set('transition-end', end)
    if (transition !== undefined) dates.set('transition-start', shift(end, transition, -1))
    const start = dates.get('transition-start')
    if (notice !== undefined && start !== undefined) dates.set('notice', shift(start, notice, -1))
  } else {
    const given = midnight(noticeOn)
    dates.set('notice', given)
    if (notice !== undefined) dates.set('transition-start', shift(given, notice))
    const start = dates.get('transition-start') ?? given
    if (transition !== undefined) dates.set('transition-end', shift(start, transition))
  }
  const end = dates.get('transition-end')
  if (end === undefined) return dates
  dates.set('contract-end', end).set('return', end)
  const window = limit(clocks, 'transition-end', 'retrieval-end', 'at-least')
  const closed = window === undefined ? end : shift(end, window)
  dates.set('retrieval-end', closed).set('erasure', closed)
  const formal = limit(clocks, 'formal-notice', 'erasure', 'at-least')
  if (formal !== undefined) dates.set('formal-notice', shift(closed, formal, -1))
  return dates
}

/** The strictest duration between two milestones, of the clocks that run by themselves. */
function limit(
  clocks: readonly PolicyClock[],
  from: Milestone,
  to: Milestone,
  bound: PolicyClock['bound'],
): string | undefined {
  const durations = clocks
    .filter(
      (clock) =>
        clock.from === from && clock.to === to && clock.bound === bound && clock.condition === undefined,
    )
    .map(({ duration }) => duration)
    .sort((a, b) => durationSeconds(a) - durationSeconds(b))
  return bound === 'at-most' ? durations[0] : durations.at(-1)
}

function midnight(day: string): Date {
  return new Date(`${day}T00:00:00Z`)
}

function shift(from: Date, text: string, direction: 1 | -1 = 1): Date {
  const duration = parseDuration(text)
  return duration === undefined ? from : addDuration(from, duration, direction)
}
