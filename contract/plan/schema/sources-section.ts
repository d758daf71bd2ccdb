import { z } from 'zod'
import { weekdays } from '../weekdays.ts'
import { id, price, region, size, text } from './fields.ts'

const clockTime = z
  .string()
  .regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, { error: 'this is not a time of day' })
  .describe('Time of day in the time zone of the contract, quoted: `"20:00"`.')

export const allowedHours = z.strictObject({
  days: z.array(z.enum(weekdays)).min(1).describe('Days on which the window opens.'),
  from: clockTime,
  to: clockTime.describe('When it closes; on the next day when this is not later than `from`.'),
})

const glob = z.string().min(1).max(1000)

/** The four kinds of evidence that a hosting contract owes. */
export const serviceEvidenceKinds = [
  'event-logs',
  'follow-up',
  'attack-prevention',
  'incident-reaction',
] as const

export const source = z.strictObject({
  id,
  title: text,
  connector: z.string().describe('Kind of the connector: `postgresql`, `files`.'),
  config: z.record(z.string(), z.unknown()).describe('What the connector needs, as its own page says.'),
  include: z.array(glob).min(1).default(['**']).describe('Datasets or paths that are handed over, as globs.'),
  exclude: z.array(glob).default([]).describe('Datasets or paths that are left out, as globs.'),
  allowedHours: z
    .array(allowedHours)
    .default([])
    .describe('When the source may be read; at any time when empty.'),
  limits: z
    .strictObject({
      bandwidth: size.optional().describe('Bytes a second at most: `50 MB`.'),
      connections: z.int().min(1).max(256).default(4).describe('Connections or open files at most.'),
    })
    .prefault({}),
  delta: z
    .enum(['none', 're-read', 'logical-replication'])
    .default('none')
    .describe('How what changed since the first reading is delivered at cutover.'),
  serviceEvidence: z.enum(serviceEvidenceKinds).optional(),
  region: region.optional(),
  expected: z
    .strictObject({
      bytes: size.optional(),
      records: z.int().nonnegative().optional(),
      tolerancePercent: z.number().min(0).max(1000).default(50),
      billing: z
        .strictObject({ per: size, workUnits: z.number().nonnegative(), price: price.optional() })
        .optional()
        .describe('What each further share of volume costs: per 100 GB, two work units.'),
    })
    .optional()
    .describe('Volume that the contract expects. Far from it is a finding.'),
})

export const sourcesSection = z.array(source).max(1000).describe('The systems that hold data of the client.')

const location = z
  .union([region, z.strictObject({ region, title: text.optional(), holds: z.array(id).default([]) })])
  .transform((value): { region: string; title?: string | undefined; holds: string[] } =>
    typeof value === 'string' ? { region: value, holds: [] } : value,
  )

export const locationsSection = z
  .strictObject({
    allowedRegions: z.array(region).min(1).describe('Where data may be. Anything else is refused.'),
    main: z.array(location).default([]),
    backup: z.array(location).default([]),
    disasterRecovery: z.array(location).default([]),
  })
  .describe('Where the copies are, and where data may go.')
