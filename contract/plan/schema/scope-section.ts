import { z } from 'zod'
import { trades } from './contract-section.ts'
import { id, ids, price, text } from './fields.ts'

export const interventions = [
  'hotline-n1',
  'hotline-n2',
  'hotline-n3',
  'administration',
  'monitoring',
  'backup',
  'disaster-recovery',
  'security',
  'hosting',
  'application-maintenance',
  'deployment',
  'business-process',
  'on-site-support',
  'other',
] as const

export const equipment = [
  'servers',
  'workstations',
  'tablets',
  'smartphones',
  'routers',
  'switches',
  'firewalls',
  'storage',
  'printers',
  'telephony',
  'other',
] as const

export const service = z.strictObject({
  id,
  title: text,
  trade: z.enum(trades),
  interventions: z.array(z.enum(interventions)).default([]),
  equipment: z.array(z.enum(equipment)).default([]),
  sources: ids.default([]).describe('Sources that hold the data of this service.'),
  volumes: z
    .array(z.strictObject({ title: text, quantity: z.number().nonnegative(), tolerancePercent: percent() }))
    .default([])
    .describe('Volumes that the contract expects, other than data: tickets a month, workstations.'),
  criticality: z.enum(['critical', 'important', 'standard']),
})

function percent() {
  return z.number().min(0).max(1000).default(10)
}

export const exclusion = z.strictObject({
  id,
  title: text,
  system: z
    .string()
    .regex(/^(?:[a-z][a-z0-9+.-]*:\/\/[^\s@]+|env:[A-Za-z_][A-Za-z0-9_]{0,127})$/, {
      error: 'this is not the address of a system',
    })
    .max(500)
    .optional()
    .describe(
      'Address of the system left out, without credentials: `postgresql://host:5432/archives`, or a reference, `env:NAME`.',
    ),
  reason: text.describe('Why it is not handed over.'),
  workUnits: z.number().nonnegative().optional().describe('What handing it over would take.'),
  price: price.optional().describe('What handing it over would cost.'),
})

export const scopeSection = z
  .strictObject({
    services: z.array(service).min(1).max(1000),
    exclusions: z.array(exclusion).max(1000).default([]),
  })
  .describe('The services of the contract, and what is agreed to be left out.')
