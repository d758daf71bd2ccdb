import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Command, InvalidArgumentError } from 'commander'
import { ReversibilityError } from '../../contract/errors.ts'
import type { JournalHead } from '../../contract/journal.ts'
import { journalNamespace } from '../../evidence/checkpoint.ts'
import { type JournalFiles, verifyJournal } from '../../evidence/journal-verifier.ts'
import { readBytes } from '../../store/json.ts'
import { type PinnedKeyOptions, pinnedKeys, withPinnedKeys } from '../pinned-keys.ts'
import { parseS3Url, storeAt } from '../s3-package.ts'

interface VerifyOptions extends PinnedKeyOptions {
  head?: JournalHead
  json?: boolean
}

/** `reversibility journal verify`: whether a run's journal is whole, and is what was signed. */
export function registerJournal(program: Command): void {
  const journal = program.command('journal').description('Check the signed record of a run')
  withPinnedKeys(
    journal
      .command('verify')
      .description('Walk the chain from its first entry and check every signed checkpoint')
      .argument('<where>', 'the journal folder: a directory, or s3://bucket/contract/run/journal/'),
  )
    .option(
      '--head <sequence:sha256>',
      'a head that you kept from before: the journal must still contain it',
      parseHead,
    )
    .option('--json', 'one JSON summary')
    .addHelpText(
      'after',
      `
The same with public tools alone, in the journal folder:
  for f in 0*.json; do sha256sum "$f"; done      each hash is the "previous" of the next entry
  ssh-keygen -Y verify -f allowed_signers -I provider -n reversibility-journal@v1 \\
    -s checkpoint-00000007.json.sig < checkpoint-00000007.json

Exit codes: 0 whole · 2 bad input · 5 not found · 6 altered`,
    )
    .action(verify)
}

async function verify(where: string, options: VerifyOptions): Promise<void> {
  const result = await verifyJournal(journalFiles(where), {
    allowedKeys: await pinnedKeys(options, journalNamespace),
    ...(options.head ? { keptHead: options.head } : {}),
  })
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ type: 'summary', ...result })}\n`)
    return
  }
  const unsigned = result.entries - result.signedUpTo
  process.stdout.write(
    `The journal is whole: ${result.entries} entries, ${result.checkpoints} signed checkpoint(s), ` +
      `${unsigned === 0 ? 'signed to its end' : `${unsigned} entries after the last signature`}.\n` +
      `Keep this head, and give it with --head next time: ${result.head.sequence}:${result.head.headHash}\n`,
  )
}

function journalFiles(where: string): JournalFiles {
  if (where.startsWith('s3://')) {
    const location = parseS3Url(where)
    const store = storeAt(location)
    return {
      async *names() {
        for await (const { key } of store.list(location.prefix)) yield key.slice(location.prefix.length)
      },
      read: (name) => readBytes(store, `${location.prefix}${name}`),
    }
  }
  return {
    async *names() {
      const names = await readdir(where).catch((cause) => {
        throw new ReversibilityError('not-found', `${where} cannot be read.`, {
          remedy: 'Name the folder that holds 00000001.json and what follows.',
          cause,
        })
      })
      yield* names
    },
    read: (name) => readFile(join(where, name)),
  }
}

function parseHead(value: string): JournalHead {
  const match = /^(\d+):([0-9a-f]{64})$/.exec(value)
  if (!match) throw new InvalidArgumentError('Write it as this command printed it: 7:3f2a…')
  return { sequence: Number(match[1]), headHash: match[2]! }
}
