import { z } from 'zod'
import { cronFault } from '../cron.ts'
import { parseDuration } from '../duration.ts'
import { ageRecipientFault, sshPublicKeyFault } from '../keys.ts'
import { isSecretReference, looksLikeReference, secretReferencePattern } from '../secret-reference.ts'
import { parseSize } from '../size.ts'

// The fields that several sections share. A message here is the reason of a problem; `params.remedy` its remedy.

/** A string that must satisfy a rule: `fault` gives the reason, or undefined when all is well. */
export function ruled(options: {
  fault: (text: string) => string | undefined
  remedy: string
  pattern?: RegExp
  sensitive?: boolean
}) {
  return z
    .string()
    .max(4096)
    .superRefine((text, context) => {
      const reason = options.fault(text)
      if (reason === undefined) return
      const params = { remedy: options.remedy, sensitive: options.sensitive ?? false }
      context.addIssue({ code: 'custom', message: reason, params, input: text })
    })
    .meta(options.pattern === undefined ? {} : { pattern: options.pattern.source })
}

const idPattern = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/

export const id = ruled({
  fault: (text) => (idPattern.test(text) ? undefined : `\`${text}\` is not an id`),
  remedy: 'Use 1 to 63 lower-case letters, digits and hyphens, neither first nor last a hyphen.',
  pattern: idPattern,
}).describe('Short name, unique in its list: lower-case letters, digits and hyphens.')

export const text = z.string().trim().min(1).max(500)

const datePattern = /^\d{4}-\d{2}-\d{2}$/

/** A day that exists. `2026-02-30` does not, though `Date` takes it. */
export function isDate(value: string): boolean {
  if (!datePattern.test(value)) return false
  const instant = new Date(`${value}T00:00:00Z`)
  return !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(value)
}

export const date = ruled({
  fault: (value) => (isDate(value) ? undefined : `\`${value}\` is not a date`),
  remedy: 'Write a day that exists as year-month-day: 2027-06-30.',
  pattern: datePattern,
}).describe('A day, `2027-06-30`.')

export const duration = ruled({
  fault: (value) => (parseDuration(value) === undefined ? `\`${value}\` is not a duration` : undefined),
  remedy: 'Write an ISO 8601 duration with whole numbers: P30D, P6M, P1Y, PT4H.',
  pattern: /^P(?:\d+Y)?(?:\d+M)?(?:\d+W)?(?:\d+D)?(?:T(?:\d+H)?(?:\d+M)?(?:\d+S)?)?$/,
}).describe('ISO 8601 duration: `P30D`, `P6M`, `PT4H`.')

export const size = z
  .union([z.int().nonnegative(), z.string()], { error: 'it is neither a number of bytes nor a size' })
  .transform((value, context) => {
    const bytes = typeof value === 'number' ? value : parseSize(value)
    if (bytes !== undefined) return bytes
    const params = { remedy: 'Write a number and a unit: 50 MB, 2 GiB, 1.5 TB (in French: 50 Mo, 2 Gio).' }
    context.addIssue({ code: 'custom', message: `\`${value}\` is not a size`, params, input: value })
    return z.NEVER
  })
  .describe('Bytes, or a size with its unit: `50 MB`, `2 GiB`, `50 Mo`.')

const regionNames = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' })

export const country = ruled({
  fault: (code) =>
    /^[A-Z]{2}$/.test(code) && regionNames.of(code) !== undefined
      ? undefined
      : `\`${code}\` is not a country code`,
  remedy: 'Use the two capital letters of ISO 3166-1: FR, DE, BE.',
  pattern: /^[A-Z]{2}$/,
}).describe('ISO 3166-1 country code: `FR`.')

const currencies = new Set(Intl.supportedValuesOf('currency'))

export const currency = ruled({
  fault: (code) => (currencies.has(code) ? undefined : `\`${code}\` is not a currency code`),
  remedy: 'Use the three capital letters of ISO 4217: EUR.',
  pattern: /^[A-Z]{3}$/,
}).describe('ISO 4217 currency code: `EUR`.')

export const price = z.strictObject({ amount: z.number().nonnegative(), currency })

export const timeZone = ruled({
  fault: (name) => (isTimeZone(name) ? undefined : `\`${name}\` is not a time zone`),
  remedy: 'Use a name of the IANA time zone database: Europe/Paris.',
}).describe('IANA time zone: `Europe/Paris`.')

function isTimeZone(name: string): boolean {
  // Bare offsets pass Intl but know no summer time.
  if (!/^[A-Za-z]/.test(name)) return false
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

export const region = ruled({
  fault: (name) => (/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(name) ? undefined : `\`${name}\` is not a region name`),
  remedy: 'Use lower-case letters, digits and hyphens, as your host names its regions: eu-west-3.',
}).describe('Where it is, as your host names it: `eu-west-3`.')

export const cron = ruled({
  fault: (expression) => {
    const fault = cronFault(expression)
    return fault === undefined ? undefined : `\`${expression}\` is not a cron expression: ${fault}`
  },
  remedy:
    'Write minute, hour, day of month, month and day of week: 0 3 1 */3 * is at 3:00 on the first of every quarter.',
}).describe('Five cron fields: minute, hour, day of month, month, day of week.')

/** A field that must be a reference. What was written is never repeated: it may be the secret itself. */
export const secretReference = ruled({
  fault: (value) => {
    if (isSecretReference(value)) return undefined
    return looksLikeReference(value)
      ? 'this reference to a secret is not well formed'
      : 'a secret must not be written in a plan, only where it is found'
  },
  remedy:
    'Give a reference, env:NAME, file:/absolute/path or command:program argument, and change any secret that was written here.',
  pattern: secretReferencePattern,
  sensitive: true,
}).describe('Where a secret is found: `env:NAME`, `file:/absolute/path` or `command:program argument`.')

/** A public value that may also be looked up where the worker runs, as a secret is. */
function orReference(fault: (value: string) => string | undefined, remedy: string) {
  return ruled({
    fault: (value) => (looksLikeReference(value) ? referenceFault(value) : fault(value)),
    remedy,
    sensitive: true,
  })
}

function referenceFault(value: string): string | undefined {
  return isSecretReference(value) ? undefined : 'this reference is not well formed'
}

export const ageRecipient = orReference((value) => {
  const fault = ageRecipientFault(value)
  return fault === undefined ? undefined : `this is not an age recipient: ${fault}`
}, 'Give the public key that age-keygen printed, age1…, or a reference to it, env:NAME or file:/path.').describe(
  'age public key `age1…`, or a reference to it.',
)

export const sshPublicKey = orReference((value) => {
  const fault = sshPublicKeyFault(value)
  return fault === undefined ? undefined : `this is not an Ed25519 public key: ${fault}`
}, 'Give the line of the .pub file, ssh-ed25519 AAAA…, or a reference to it, env:NAME or file:/path.').describe(
  'OpenSSH public key `ssh-ed25519 AAAA…`, or a reference to it.',
)

export const bucket = orReference(
  (value) =>
    /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(value) ? undefined : `\`${value}\` is not the name of a bucket`,
  'Use 3 to 63 lower-case letters, digits, dots and hyphens, or a reference, env:S3_BUCKET.',
).describe('Name of the S3 bucket, or a reference to it: `env:S3_BUCKET`.')

export const email = z.email({ error: 'this is not an e-mail address' }).max(254)

export const webUrl = ruled({
  fault: (value) => {
    if (!URL.canParse(value)) return 'this is not a URL'
    const url = new URL(value)
    if (url.username !== '' || url.password !== '') return 'a secret must not be written in a URL'
    const local = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)
    return url.protocol === 'https:' || (url.protocol === 'http:' && local)
      ? undefined
      : 'it must be an https URL'
  },
  remedy: 'Write an https address without user name or password.',
  sensitive: true,
})

/** A list without repetition, checked with the other semantic rules. */
export const ids = z.array(id).max(1000)
