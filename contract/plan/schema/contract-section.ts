import { z } from 'zod'
import { milestones } from '../../policies/policy.ts'
import { country, date, duration, id, text, timeZone } from './fields.ts'

export const trades = [
  'infrastructure',
  'tma',
  'asp',
  'bpo',
  'help-desk',
  'production',
  'selective',
  'global',
] as const

const party = z.strictObject({ name: text, country })

const earlyEnd = z.strictObject({
  notice: duration.describe('Notice that this party owes before ending the contract early.'),
  indemnity: text.optional().describe('What it owes for that, in words.'),
})

/** A time limit agreed in the contract itself, beside those of the policies. */
export const clause = z.strictObject({
  id,
  title: text,
  article: text.describe('Where the contract says so: `Article 18.2`.'),
  from: z.enum(milestones).describe('What the time is counted from.'),
  to: z.enum(milestones).describe('What must have come by then, or not before.'),
  duration,
  bound: z.enum(['at-most', 'at-least']).default('at-most'),
})

export const contractSection = z
  .strictObject({
    id: id.describe('Short name of the contract: first part of every key in the bucket.'),
    title: text,
    language: z.enum(['fr', 'en']).describe('Language of reports, records and packages.'),
    parties: z.strictObject({ client: party, provider: party }),
    trades: z.array(z.enum(trades)).min(1),
    start: date,
    end: date,
    renewal: z
      .strictObject({
        mode: z.enum(['none', 'tacit', 'express']),
        duration: duration.optional().describe('For how long it is renewed.'),
        notice: duration.optional().describe('Latest notice against renewal, counted back from the end.'),
      })
      .optional(),
    earlyTermination: z
      .strictObject({ client: earlyEnd.optional(), provider: earlyEnd.optional() })
      .optional(),
    policies: z
      .array(z.string())
      .default([])
      .describe('Policies whose clocks apply, with their version: `eu-data-act@1`.'),
    clauses: z.array(clause).default([]).describe('Time limits agreed in the contract itself.'),
    calendar: z
      .strictObject({ country, timeZone })
      .describe('Whose working days and hours count, for both parties.'),
    confidentiality: z.enum(['public', 'internal', 'confidential', 'secret']),
  })
  .describe('The contract that ends: its parties, dates and rules.')

export const outcome = z
  .enum(['in-house', 'successor', 'erase-only'])
  .describe('Who takes over: the client itself, a successor, or nobody (erasure only).')

export const successor = z
  .strictObject({ name: text, country })
  .describe('The provider that takes over; only with the outcome `successor`.')
