import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { ReversibilityError } from '../contract/errors.ts'
import { readAllowedSigners } from '../packaging/allowed-signers.ts'
import { packageNamespace } from '../packaging/root.ts'

export interface PinnedKeyOptions {
  key?: string
  allowedSigners?: string
}

/** The options by which a person says whose signature they trust. */
export function withPinnedKeys(command: Command): Command {
  return command
    .option('--key <line>', "the provider's pinned key: 'ssh-ed25519 AAAA…'")
    .option('--allowed-signers <file>', 'a file with such keys, one a line, as ssh-keygen takes it')
}

/**
 * Answers lines `ssh-ed25519 AAAA…`, at least one, that may sign for `namespace`. Throws `invalid-input` when none was
 * given, `not-found` for the file.
 */
export async function pinnedKeys(
  options: PinnedKeyOptions,
  namespace: string = packageNamespace,
): Promise<string[]> {
  if (options.key) return [options.key]
  if (options.allowedSigners) {
    const text = await readFile(options.allowedSigners, 'utf8').catch((cause) => {
      throw new ReversibilityError('not-found', `${options.allowedSigners} cannot be read.`, {
        remedy: 'Name the file with the keys that you pinned.',
        cause,
      })
    })
    return readAllowedSigners(text, namespace)
  }
  throw new ReversibilityError(
    'invalid-input',
    'No pinned key was given, so no signature could be checked.',
    {
      remedy:
        'Give the key that the client pinned when the contract started, with --key or --allowed-signers.',
    },
  )
}
