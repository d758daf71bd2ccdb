import type { Fault, PlanPath } from '../problem.ts'
import { selectText, selectTexts } from '../select.ts'

/** Every role that the outcome needs is held, by people who are different people. */
export function checkPeople(plan: unknown): Fault[] {
  const people: PlanPath = ['people']
  const holders = new Map<string, Set<number>>()
  for (const { path, value } of selectTexts(plan, 'people[].roles[]')) {
    const known = holders.get(value) ?? new Set()
    holders.set(value, known.add(Number(path[1])))
  }
  const faults: Fault[] = []
  const need = (role: string, why: string): void => {
    if (holders.has(role)) return
    faults.push({
      path: people,
      reason: `Nobody has the role \`${role}\`: ${why}.`,
      remedy: `Give the role \`${role}\` to somebody under \`people\`.`,
    })
  }
  need('operator', 'runs are started and watched by one')
  need('client', 'the client follows, accepts and confirms')
  const outcome = selectText(plan, 'outcome')
  if (outcome === 'successor') need('successor', 'the outcome `successor` has one to receive and score')
  const decisive = new Set([...(holders.get('operator') ?? []), ...(holders.get('client') ?? [])])
  if (holders.has('operator') && holders.has('client') && decisive.size < 2) {
    faults.push({
      path: ['people', ...decisive, 'roles'],
      reason: 'The only operator is also the only client: erasure needs two people to confirm it.',
      remedy: 'Give the roles `operator` and `client` to two people.',
    })
  }
  return [...faults, ...checkAccounts(plan), ...checkSuccessor(plan, outcome)]
}

/** One human with two ids would confirm an erasure alone. */
function checkAccounts(plan: unknown): Fault[] {
  const seen = new Set<string>()
  const faults: Fault[] = []
  for (const name of ['subject', 'account']) {
    for (const { path, value } of selectTexts(plan, `people[].auth.${name}`)) {
      const key = `${name} ${value}`
      if (seen.has(key)) {
        faults.push({
          path,
          reason: 'Two people of this plan authenticate as the same one.',
          remedy: 'Give each person their own account, or merge the two entries and their roles.',
        })
      }
      seen.add(key)
    }
  }
  return faults
}

function checkSuccessor(plan: unknown, outcome: string | undefined): Fault[] {
  const named = selectTexts(plan, 'successor.name').length > 0
  if (outcome === 'successor' && !named) {
    const reason = 'The outcome is `successor`, and no successor is named.'
    return [{ path: ['outcome'], reason, remedy: 'Add `successor:` with its name and country.' }]
  }
  if (named && (outcome === 'in-house' || outcome === 'erase-only')) {
    const reason = `A successor is named, and the outcome is \`${outcome}\`.`
    return [
      { path: ['successor'], at: 'key', reason, remedy: 'Remove `successor`, or set `outcome: successor`.' },
    ]
  }
  return []
}
