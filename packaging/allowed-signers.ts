import { ReversibilityError } from '../contract/errors.ts'
import { readPublicKey } from './ssh-key.ts'

/**
 * The Ed25519 keys of an allowed_signers file (ssh-keygen(1), ALLOWED SIGNERS) that may sign for `namespace`, as lines
 * `ssh-ed25519 AAAA…`; bare lines of a `.pub` file will do as well. Options other than `namespaces` are refused rather
 * than passed over: they narrow what a key may sign. Throws `invalid-input`, also when no key is left.
 */
export function readAllowedSigners(text: string, namespace: string): string[] {
  const keys: string[] = []
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim()
    if (line === '' || line.startsWith('#')) continue
    const words = wordsOf(line)
    const type = words.indexOf('ssh-ed25519')
    if (type < 0 || type > 2 || words[type + 1] === undefined) {
      throw unreadable(index, 'it has no ssh-ed25519 key')
    }
    const key = `ssh-ed25519 ${words[type + 1]}`
    readPublicKey(key)
    if (type < 2 || maySign(words[1]!, namespace, index)) keys.push(key)
  }
  if (keys.length > 0) return keys
  throw new ReversibilityError('invalid-input', `No key in the file may sign for ${namespace}.`, {
    remedy: 'Write the pinned key to it, as one line: provider ssh-ed25519 AAAA…',
  })
}

function maySign(options: string, namespace: string, index: number): boolean {
  const match = /^namespaces="([^"]*)"$/i.exec(options)
  if (match === null)
    throw unreadable(index, `the option ${JSON.stringify(options.slice(0, 80))} is not supported`)
  return match[1]!.split(',').some((pattern) => wildcard(pattern).test(namespace))
}

/** `*` and `?`, as ssh_config(5), PATTERNS has them. */
function wildcard(pattern: string): RegExp {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${source}$`)
}

/** Words between blanks; blanks within quotes belong to the word. */
function wordsOf(line: string): string[] {
  return line.match(/(?:[^\s"]|"[^"]*")+/g) ?? []
}

function unreadable(index: number, why: string): ReversibilityError {
  return new ReversibilityError(
    'invalid-input',
    `Line ${index + 1} of the allowed signers cannot be used: ${why}.`,
    {
      remedy: 'Write each pinned key as one line: provider ssh-ed25519 AAAA…',
    },
  )
}
