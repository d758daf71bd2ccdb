import { readFile } from 'node:fs/promises'
import { ReversibilityError } from '../contract/errors.ts'

/** The identities in files as age-keygen writes them. Throws `not-found`, `invalid-input`; quotes no identity. */
export async function ageIdentities(files: readonly string[]): Promise<string[]> {
  const identities: string[] = []
  for (const file of files) {
    const text = await readFile(file, 'utf8').catch((cause) => {
      throw new ReversibilityError('not-found', `${file} cannot be read.`, {
        remedy: 'Name the file that age-keygen or `reversibility keys new --recipient` wrote.',
        cause,
      })
    })
    const found = text.split(/\s+/).filter((word) => word.startsWith('AGE-SECRET-KEY-'))
    if (found.length === 0) {
      throw new ReversibilityError('invalid-input', `${file} holds no age identity.`, {
        remedy: 'Name the file that has a line AGE-SECRET-KEY-1…',
      })
    }
    identities.push(...found)
  }
  return identities
}
