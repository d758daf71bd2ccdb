import type { z } from 'zod'
import type { planSchema } from './schema/plan-schema.ts'

/**
 * A compiled plan: what the YAML says, checked, with defaults filled in. Plain JSON, so that it travels in a
 * payload. Sizes are bytes; durations stay ISO 8601 text (`contract/plan/duration.ts` reads them); secrets
 * are references. `config` of a source and of a restore target is as written: the connector parses it.
 */
export type Plan = z.output<typeof planSchema>

export type PlanSource = Plan['sources'][number]
export type PlanPerson = Plan['people'][number]
export type PlanService = Plan['scope']['services'][number]
export type PlanExclusion = Plan['scope']['exclusions'][number]
export type PlanDocument = Plan['documents'][number]
export type PlanAsset = Plan['assets'][number]
export type PlanTopic = Plan['knowledge'][number]
export type PlanRehearsal = Plan['rehearsal']
export type PlanDelivery = Plan['delivery']
export type Role = PlanPerson['roles'][number]
