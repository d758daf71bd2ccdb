import { z } from 'zod'
import { email, id, text, webUrl } from './fields.ts'

export const roles = ['operator', 'approver', 'client', 'successor', 'auditor'] as const

const authentication = z.discriminatedUnion('method', [
  z.strictObject({
    method: z.literal('oidc'),
    subject: text.describe('The `sub` claim that identifies this person at the issuer.'),
    issuer: webUrl.optional(),
  }),
  z.strictObject({
    method: z.literal('local'),
    account: text.describe('Operating-system account, for decisions taken on the command line.'),
  }),
])

export const person = z.strictObject({
  id: id.describe('How this person appears in journals and workflows, where no name is written.'),
  roles: z.array(z.enum(roles)).min(1),
  name: text.optional(),
  email: email.optional(),
  auth: authentication
    .optional()
    .describe('How decisions are known to be theirs. Without it, a person can be named but decides nothing.'),
})

export const peopleSection = z.array(person).min(1).max(1000).describe('Who takes part, and in which role.')
