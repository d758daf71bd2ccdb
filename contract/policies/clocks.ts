import { addDuration, durationSeconds, parseDuration } from '../plan/duration.ts'
import type { Plan } from '../plan/plan.ts'
import type { Clock } from './clock.ts'
import { policies } from './policies.ts'
import { type PolicyClock, same } from './policy.ts'
import { type MilestoneDates, projectMilestones } from './projection.ts'
import { transferWindows } from './transfer-windows.ts'
import { addWorkingDays } from './working-days.ts'

export interface ClockOptions {
  /** Day on which notice was given. Without it, the transition is taken to end when the contract does. */
  noticeOn?: string
}

/** Every clock of a plan: those of its policies, of its own clauses, and what the plan allows itself. Most binding first. */
export function clocks(plan: Plan, options: ClockOptions = {}): Clock[] {
  const agreed = agreedClocks(plan)
  const dates = projectMilestones(
    plan,
    agreed.map(({ clock }) => clock),
    options,
  )
  const dated = agreed.map(({ id, clock, appliesFrom }): Clock & { appliesFrom?: string } => ({
    id,
    title: clock.title,
    source: clock.article[plan.contract.language],
    nature: clock.nature,
    from: clock.from,
    to: clock.to,
    bound: clock.bound,
    duration: clock.duration,
    days: clock.days,
    ...spanOf(clock, dates),
    ...(clock.condition === undefined ? {} : { condition: clock.condition }),
    ...(appliesFrom === undefined ? {} : { appliesFrom }),
    strictest: false,
    measures: isTransfer(clock) ? 'transfer' : null,
  }))
  const applicable = dated
    .filter(
      ({ appliesFrom, endsOn }) => appliesFrom === undefined || endsOn === undefined || endsOn >= appliesFrom,
    )
    .map(({ appliesFrom: _, ...clock }) => clock)
  return [...markStrictest(applicable), ...transferWindows(plan)]
}

/** Policies' and clauses' clocks, undated, without those that this plan can never start. */
function agreedClocks(plan: Plan): { id: string; clock: PolicyClock; appliesFrom?: string }[] {
  const hasCritical = plan.scope.services.some(({ criticality }) => criticality === 'critical')
  const ofPolicies = plan.contract.policies.flatMap((policyId) => {
    const policy = policies.get(policyId)
    if (policy === undefined) return []
    const from = policy.appliesFrom === undefined ? {} : { appliesFrom: policy.appliesFrom }
    return policy.clocks
      .filter(({ onlyCritical }) => !onlyCritical || hasCritical)
      .map((clock) => ({ id: `${policy.id}/${clock.id}`, clock, ...from }))
  })
  const ofClauses = plan.contract.clauses.map(({ title, article, ...clause }) => ({
    id: `clause/${clause.id}`,
    clock: {
      ...clause,
      title: same(title),
      article: same(article),
      days: 'calendar' as const,
      nature: 'clause' as const,
    },
  }))
  const all = [...ofPolicies, ...ofClauses, ...ownClocks(plan)]
  // Nothing is transferred when the outcome is erasure only.
  if (plan.outcome !== 'erase-only') return all
  return all.filter(({ clock }) => !['transition-start', 'transition-end', 'return'].includes(clock.to))
}

function isTransfer({ bound, from, to }: PolicyClock): boolean {
  if (bound !== 'at-most') return false
  return (
    (from === 'notice' || from === 'transition-start') &&
    ['transition-end', 'contract-end', 'return'].includes(to)
  )
}

function spanOf(
  clock: PolicyClock,
  dates: MilestoneDates,
): Pick<Clock, 'allowedSeconds' | 'startsOn' | 'endsOn'> {
  const duration = parseDuration(clock.duration)
  const start = dates.get(clock.from)
  const end = dates.get(clock.to)
  if (duration === undefined || (start === undefined && end === undefined)) {
    return { allowedSeconds: durationSeconds(clock.duration) }
  }
  // A formal notice is dated from the erasure it precedes; all others run forward from their start.
  const from = start ?? addDuration(end!, duration, -1)
  const until = clock.days === 'working' ? addWorkingDays(from, duration.days) : addDuration(from, duration)
  return {
    allowedSeconds: (until.getTime() - from.getTime()) / 1000,
    startsOn: dayOf(from),
    endsOn: dayOf(until),
  }
}

function dayOf(date: Date): string {
  return date.toISOString().slice(0, 10)
}

function markStrictest(all: Clock[]): Clock[] {
  const best = new Map<string, Clock>()
  for (const clock of all) {
    if (clock.condition !== undefined) continue
    const key = `${clock.from} ${clock.to} ${clock.bound}`
    const known = best.get(key)
    const wins =
      known === undefined ||
      (clock.bound === 'at-most'
        ? clock.allowedSeconds < known.allowedSeconds
        : clock.allowedSeconds > known.allowedSeconds)
    if (wins) best.set(key, clock)
  }
  const chosen = new Set(best.values())
  return all.map((clock) => ({ ...clock, strictest: chosen.has(clock) }))
}

/** What the plan itself promises: how long packages stay, how long the extraction may take. */
function ownClocks(plan: Plan): { id: string; clock: PolicyClock }[] {
  const retention: PolicyClock = {
    id: 'retention',
    title: { fr: 'Mise à disposition des paquets', en: 'Packages kept available' },
    article: same('plan, delivery.retention'),
    from: 'transition-end',
    to: 'retrieval-end',
    duration: plan.delivery.retention,
    days: 'calendar',
    bound: 'at-least',
    nature: 'plan',
  }
  const own = [{ id: 'plan/retention', clock: retention }]
  const duration = plan.rehearsal.allowedDuration
  if (duration === undefined) return own
  const allowed: PolicyClock = {
    ...retention,
    id: 'allowed-duration',
    title: { fr: 'Durée accordée à la restitution', en: 'Time allowed for the return' },
    article: same('plan, rehearsal.allowedDuration'),
    from: 'transition-start',
    to: 'return',
    duration,
    bound: 'at-most',
  }
  return [...own, { id: 'plan/allowed-duration', clock: allowed }]
}
