import type { Fault } from '../problem.ts'
import { field, select, selectTexts } from '../select.ts'
import { didYouMean } from '../suggest.ts'

/** Data goes nowhere that the plan does not allow: not to be delivered, not to be restored, not as a copy. */
export function checkRegions(plan: unknown): Fault[] {
  const allowed = new Set(selectTexts(plan, 'locations.allowedRegions[]').map(({ value }) => value))
  if (allowed.size === 0) return []
  const targets = select(plan, 'rehearsal.restoreTargets')[0]
  const scratch = Object.keys(targets?.value ?? {}).flatMap((id) => {
    const value = field(field(targets?.value, id), 'region')
    return typeof value === 'string' ? [{ path: [...(targets?.path ?? []), id, 'region'], value }] : []
  })
  const copies = ['main', 'backup', 'disasterRecovery'].flatMap((kind) => [
    ...selectTexts(plan, `locations.${kind}[]`),
    ...selectTexts(plan, `locations.${kind}[].region`),
  ])
  const used = [
    ...selectTexts(plan, 'delivery.region').map((item) => ({ ...item, what: 'The delivery bucket' })),
    ...selectTexts(plan, 'sources[].region').map((item) => ({ ...item, what: 'This source' })),
    ...scratch.map((item) => ({ ...item, what: 'This restore target' })),
    ...copies.map((item) => ({ ...item, what: 'This copy' })),
  ]
  return used
    .filter(({ value }) => !allowed.has(value))
    .map(({ path, value, what }) => ({
      path,
      reason: `${what} is in \`${value}\`, outside the regions that the plan allows.${didYouMean(value, allowed)}`,
      remedy: `Move it to ${[...allowed].join(' or ')}, or add the region to \`locations.allowedRegions\` if the contract allows it.`,
    }))
}
