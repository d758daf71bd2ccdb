import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { ReversibilityError } from '../contract/errors.ts'

/** AES-256 keys by id. The first encrypts; all decrypt, so that a key can be replaced while runs are under way. */
export interface Keyring {
  current: string
  keys: ReadonlyMap<string, Buffer>
}

/** A line of a keyring file: `<id>:<32 bytes in base64>`. */
export function newKeyringLine(id: string): string {
  return `${id}:${randomBytes(32).toString('base64')}\n`
}

/** Parses a keyring file; the first line is the current key. */
export function parseKeyring(text: string, where: string): Keyring {
  const keys = new Map<string, Buffer>()
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue
    const [id, value] = line.trim().split(':')
    const key = Buffer.from(value ?? '', 'base64')
    if (!id || key.length !== 32) throw notAKeyring(`Line ${index + 1} of ${where} is not a key.`)
    if (keys.has(id)) throw notAKeyring(`Line ${index + 1} of ${where} names a key as one before it: ${id}.`)
    keys.set(id, key)
  }
  const [current] = keys.keys()
  if (current === undefined) throw notAKeyring(`${where} holds no key.`)
  return { current, keys }
}

/** Reads the file that `REVERSIBILITY_KEYRING` names. */
export function keyringFromEnvironment(environment: NodeJS.ProcessEnv): Keyring {
  const file = environment.REVERSIBILITY_KEYRING
  if (!file) throw notAKeyring('No keyring is set, so nothing sent to Temporal could be encrypted.')
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (cause) {
    throw notAKeyring(`The keyring ${file} cannot be read.`, cause)
  }
  return parseKeyring(text, file)
}

function notAKeyring(message: string, cause?: unknown): ReversibilityError {
  return new ReversibilityError('invalid-input', message, {
    remedy:
      'Make one with `reversibility keys new --payload FILE` and set REVERSIBILITY_KEYRING to its path.',
    cause,
  })
}
