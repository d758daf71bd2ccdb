import type { Plan } from '../plan/plan.ts'
import type { Clock } from './clock.ts'
import { type ClockOptions, clocks } from './clocks.ts'
import { type Milestone, milestones } from './policy.ts'

/** Clocks that cannot all be kept, whatever anybody does: each is the contract's to settle. */
export interface ClockConflict {
  /** Ids of the clocks concerned. */
  clocks: string[]
  /** By how much they miss each other. */
  missingSeconds: number
}

const maxSearches = 100

interface Edge {
  from: Milestone
  to: Milestone
  /** `to` comes no later than this many seconds after `from`. */
  seconds: number
  clock?: Clock
}

/**
 * Finds clocks that contradict each other, directly or through a chain: a window that must stay open longer than
 * destruction may wait. Deadlines between instants are difference constraints: they can all be kept exactly when
 * their graph has no cycle of negative length, and such a cycle names the clocks at fault.
 */
export function clockConflicts(plan: Plan, options: ClockOptions = {}): ClockConflict[] {
  const running = clocks(plan, options).filter(
    ({ condition, from, to }) => condition === undefined && from !== to,
  )
  const edges = [...orderOfMilestones(), ...running.flatMap(edgesOf)]
  const conflicts = new Map<string, ClockConflict>()
  // Each conflict found is looked past by leaving out its clocks one at a time (Reiter's tree of hitting sets), so
  // that one clock at odds with two others is told twice. Bounded: a contract is read by people.
  const leftOut: ReadonlySet<string>[] = [new Set()]
  for (let tried = 0; tried < leftOut.length && tried < maxSearches; tried++) {
    const without = leftOut[tried]!
    const cycle = negativeCycle(edges.filter(({ clock }) => clock === undefined || !without.has(clock.id)))
    const concerned = [...new Set(cycle?.flatMap(({ clock }) => clock?.id ?? []) ?? [])]
    if (cycle === undefined || concerned.length === 0) continue
    const missingSeconds = -cycle.reduce((sum, { seconds }) => sum + seconds, 0)
    const key = concerned.toSorted().join(' ')
    if (!conflicts.has(key)) conflicts.set(key, { clocks: concerned, missingSeconds })
    leftOut.push(...concerned.map((id) => new Set([...without, id])))
  }
  return [...conflicts.values()]
}

function edgesOf(clock: Clock): Edge[] {
  if (clock.measures === 'source') return []
  if (clock.bound === 'at-most')
    return [{ from: clock.from, to: clock.to, seconds: clock.allowedSeconds, clock }]
  return [{ from: clock.to, to: clock.from, seconds: -clock.allowedSeconds, clock }]
}

/** Each milestone comes no later than the next; a formal notice comes after the return and before its erasure. */
function orderOfMilestones(): Edge[] {
  const chain: Milestone[] = ['notice', 'transition-start', 'transition-end', 'retrieval-end', 'erasure']
  const order = chain.slice(1).map((to, index): Edge => ({ from: to, to: chain[index]!, seconds: 0 }))
  return [
    ...order,
    { from: 'erasure', to: 'formal-notice', seconds: 0 },
    { from: 'formal-notice', to: 'return', seconds: 0 },
    { from: 'transition-end', to: 'return', seconds: 0 },
    { from: 'return', to: 'transition-start', seconds: 0 },
    { from: 'contract-end', to: 'transition-start', seconds: 0 },
    { from: 'extension-answer', to: 'notice', seconds: 0 },
  ]
}

/** Bellman and Ford's, from a source that reaches every milestone. */
function negativeCycle(edges: readonly Edge[]): Edge[] | undefined {
  const distance = new Map<Milestone, number>(milestones.map((name) => [name, 0]))
  const by = new Map<Milestone, Edge>()
  let last: Milestone | undefined
  for (let round = 0; round <= milestones.length; round++) {
    last = undefined
    for (const edge of edges) {
      const reached = distance.get(edge.from)! + edge.seconds
      if (reached >= distance.get(edge.to)!) continue
      distance.set(edge.to, reached)
      by.set(edge.to, edge)
      last = edge.to
    }
    if (last === undefined) return undefined
  }
  // Walk back far enough to be on the cycle itself, then around it once.
  let at = last!
  for (const _ of milestones) at = by.get(at)!.from
  const cycle: Edge[] = []
  const start = at
  do {
    const edge = by.get(at)!
    cycle.push(edge)
    at = edge.from
  } while (at !== start)
  return cycle
}
