import { euDataAct } from './eu-data-act.ts'
import { dora, gdpr } from './european-policies.ts'
import { ccagTic, infogerancePractice, secNumCloud } from './french-policies.ts'
import type { Policy } from './policy.ts'

/** Every policy that a contract may name, by id and version. A version once published is never edited. */
export const policies: ReadonlyMap<string, Policy> = new Map(
  [euDataAct, gdpr, dora, secNumCloud, ccagTic, infogerancePractice].map((policy) => [policy.id, policy]),
)
