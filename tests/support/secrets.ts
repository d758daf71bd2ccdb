import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { exampleFolder } from './example.ts'

/**
 * Every secret that processes of a test hold, by a name that a failing test may show: passwords, keys, and what a key
 * file holds beside its frame.
 */
export function secretsOf(environment: Record<string, string>): Map<string, string> {
  const secrets = new Map<string, string>()
  const add = (name: string, value: string | undefined) => {
    if (value !== undefined && value.length >= 12) secrets.set(name, value)
  }
  for (const [name, value] of Object.entries(environment)) {
    if (/^[a-z]+:\/\/[^@/]*:[^@/]*@/.test(value)) {
      const { password } = new URL(value)
      add(`password of ${name}`, decodeURIComponent(password))
      add(`password of ${name}, as in its URL`, password)
    }
    if (/SECRET/.test(name)) add(name, value)
  }
  for (const [index, line] of (environment.ORME_SIGNING_KEY ?? '').split('\n').entries()) {
    // The first line of an OpenSSH key is the same for all, and the second holds the public half.
    if (index >= 3 && !line.startsWith('-----')) add(`line ${index} of the signing key`, line)
  }
  const [, payloadKey] = readFileSync(environment.REVERSIBILITY_KEYRING!, 'utf8').trim().split(':')
  add('the payload key', payloadKey)
  add('the identity of the client', readFileSync(join(exampleFolder, 'keys', 'client.agekey'), 'utf8').trim())
  // The rehearsal makes itself an identity that this test cannot know.
  secrets.set('an age identity', 'AGE-SECRET-KEY-1')
  return secrets
}

/** The names of the secrets that bytes hold. */
export function secretsIn(bytes: Uint8Array | string, secrets: Map<string, string>): string[] {
  const searched = Buffer.from(bytes)
  return [...secrets].filter(([, secret]) => searched.includes(secret)).map(([name]) => name)
}
