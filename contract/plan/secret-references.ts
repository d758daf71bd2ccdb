import { walk } from './checks/secrets.ts'
import type { Plan } from './plan.ts'
import { pathText } from './problem.ts'
import { isSecretReference } from './secret-reference.ts'

export interface PlacedReference {
  /** `sources[0].config.url` */
  path: string
  /** `env:ERP_URL` */
  reference: string
}

/**
 * Every reference that a run of this plan will resolve, in the plan's order, so that the start of a run can try
 * them all before anything else. Those of restore targets are needed by rehearsals only: their paths start
 * with `rehearsal.`. A `file:` address in free text is no reference: only fields that take one are looked at.
 */
export function secretReferences(plan: Plan): PlacedReference[] {
  const found: PlacedReference[] = []
  const add = (value: unknown, path: (string | number)[]): void =>
    walk(value, path, (at, text) => {
      if (isSecretReference(text)) found.push({ path: pathText(at), reference: text })
    })
  for (const [index, source] of plan.sources.entries()) add(source.config, ['sources', index, 'config'])
  for (const [index, { system }] of plan.scope.exclusions.entries()) {
    add(system, ['scope', 'exclusions', index, 'system'])
  }
  const { bucket, recipients, signingKey, publicKey } = plan.delivery
  add({ bucket, recipients, signingKey, publicKey }, ['delivery'])
  for (const [index, webhook] of plan.notifications.webhooks.entries()) {
    add(webhook.secret, ['notifications', 'webhooks', index, 'secret'])
  }
  for (const [id, target] of Object.entries(plan.rehearsal.restoreTargets)) {
    add(target.config, ['rehearsal', 'restoreTargets', id, 'config'])
  }
  return found
}
