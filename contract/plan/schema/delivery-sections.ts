import { z } from 'zod'
import {
  ageRecipient,
  bucket,
  cron,
  duration,
  email,
  region,
  secretReference,
  sshPublicKey,
  timeZone,
  webUrl,
} from './fields.ts'

export const deliverySection = z
  .strictObject({
    bucket,
    region,
    recipients: z
      .array(ageRecipient)
      .max(20)
      .default([])
      .describe('Whose keys open the packages; delivered unencrypted when empty.'),
    signingKey: secretReference.describe('Reference to the OpenSSH Ed25519 private key that signs.'),
    publicKey: sshPublicKey.describe('Its public half, pinned by the client when the contract starts.'),
    retention: duration.describe('How long packages stay to be retrieved, after acceptance.'),
  })
  .describe('Where packages are delivered, to whose keys, signed by which.')

const webhook = z.strictObject({
  url: webUrl,
  secret: secretReference.describe('Reference to the secret that signs each call (Standard Webhooks).'),
})

export const notificationsSection = z
  .strictObject({
    email: z.array(email).max(100).default([]),
    webhooks: z.array(webhook).max(20).default([]),
  })
  .describe('Who is told when something changes.')

export const restoreTarget = z.strictObject({
  region: region.optional(),
  config: z
    .record(z.string(), z.unknown())
    .describe('What the connector needs to restore, as its page says.'),
})

export const rehearsalSection = z
  .strictObject({
    schedule: z
      .strictObject({
        cron,
        timeZone: timeZone.optional().describe('That of the contract when absent.'),
        alertAfter: duration.optional().describe('How late a rehearsal may start before that is an alert.'),
      })
      .optional(),
    depth: z
      .enum(['full', 'sampled', 'metadata'])
      .default('full')
      .describe('How much is extracted: all, a sample, or descriptions only.'),
    samplePercent: z.number().positive().max(100).default(10).describe('With `sampled`: share of the parts.'),
    restoreTargets: z
      .record(z.string(), restoreTarget)
      .default({})
      .describe('For each source, by its id, where its package is restored to prove that it can be.'),
    thresholds: z.strictObject({ minimumScore: z.number().min(0).max(100).default(80) }).prefault({}),
    allowedDuration: duration.optional().describe('How long the real extraction may take.'),
  })
  .describe('How and when the exit is rehearsed.')
