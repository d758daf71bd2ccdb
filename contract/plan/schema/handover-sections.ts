import { z } from 'zod'
import { country, date, duration, id, ids, price, text } from './fields.ts'

export const subcontractor = z.strictObject({
  id,
  name: text,
  country,
  holds: ids.default([]).describe('Sources of which it holds data.'),
  attestations: z.array(z.enum(['return', 'erasure'])).describe('Attestations that it owes at the end.'),
})

export const documentKinds = [
  'operations-file',
  'architecture',
  'inventory',
  'procedure',
  'disaster-recovery-plan',
  'backup-plan',
  'security',
  'quality-plan',
  'user-guide',
  'source-code',
  'service-report',
  'contract',
  'register',
  'other',
] as const

export const document = z.strictObject({
  id,
  title: text,
  kind: z.enum(documentKinds),
  owner: id.describe('Person who answers for it.'),
  required: z.boolean().default(true),
  from: z
    .strictObject({
      source: id,
      path: z.string().min(1).max(1000).describe('Path or glob within the source.'),
    })
    .optional()
    .describe('Where it is found; without it, its owner supplies it.'),
  maxAge: duration.optional().describe('How fresh it must be.'),
  acknowledgedBy: id.optional().describe('Person who accepts or rejects it.'),
})

export const assetKinds = [
  'licence',
  'right-of-use',
  'supplier-contract',
  'equipment',
  'domain',
  'certificate',
  'account',
  'person',
] as const

export const asset = z.strictObject({
  id,
  title: text,
  kind: z.enum(assetKinds),
  reference: text.optional().describe('Contract, serial or licence number.'),
  supplier: text.optional(),
  quantity: z.number().nonnegative().default(1),
  holder: z.enum(['client', 'provider', 'third-party']).optional().describe('Who holds it today.'),
  disposition: z
    .enum(['transfer', 'buy-back', 'return', 'renew', 'terminate', 'keep', 'to-decide'])
    .default('to-decide')
    .describe('What is foreseen for it.'),
  expires: date.optional(),
  due: date.optional().describe('Latest day for it to be settled.'),
  owner: id.optional().describe('Person who settles it.'),
  services: ids.default([]),
  consentRequired: z.boolean().default(false).describe('True when a third party or the person must agree.'),
  price: price.optional(),
  notes: text.optional(),
})

export const topic = z.strictObject({
  id,
  title: text,
  sessions: z
    .array(
      z.strictObject({
        kind: z.enum(['workshop', 'shadow', 'reverse-shadow', 'teach-back']),
        hours: z.number().positive().max(1000),
      }),
    )
    .default([]),
  owner: id.describe('Person who passes it on.'),
  receivers: ids.default([]).describe('People who must be able to do it afterwards.'),
  evidence: z
    .array(text)
    .default([])
    .describe('What shows that it was passed on: recording, exercise, runbook.'),
  gate: z
    .strictObject({ score: z.number().positive(), outOf: z.number().positive() })
    .optional()
    .describe('Score, given by the receivers, that opens the gate.'),
})

export const subcontractorsSection = z.array(subcontractor).max(1000).default([])
export const documentsSection = z.array(document).max(10_000).default([])
export const assetsSection = z.array(asset).max(10_000).default([])
export const knowledgeSection = z.array(topic).max(1000).default([])
