import { ReversibilityError } from '../contract/errors.ts'
import { emptyJournal, type JournalEntry, type JournalHead } from '../contract/journal.ts'
import { canonicalJson } from '../packaging/root.ts'
import { verifySsh } from '../packaging/signature.ts'
import { type Checkpoint, journalNamespace } from './checkpoint.ts'
import { sha256 } from './journal.ts'

/** The files of a `journal/` folder, by name, wherever they are. */
export interface JournalFiles {
  names(): AsyncIterable<string>
  read(name: string): Promise<Buffer>
}

export interface JournalVerification {
  entries: number
  head: JournalHead
  checkpoints: number
  /** The sequence of the last signed checkpoint: entries after it are chained but not signed yet. */
  signedUpTo: number
}

/**
 * Walks the chain from the first entry and checks every signed checkpoint. Throws `integrity-mismatch` naming the
 * first entry that is missing, altered or out of place. With `keptHead`, also that the journal still contains a head
 * that the reader kept from before: this is what exposes a rewriting by the key's own holder.
 */
export async function verifyJournal(
  files: JournalFiles,
  options: { allowedKeys: string[]; keptHead?: JournalHead },
): Promise<JournalVerification> {
  const entries: string[] = []
  const checkpoints: string[] = []
  const signatures = new Set<string>()
  for await (const name of files.names()) {
    if (/^\d{8}\.json$/.test(name)) entries.push(name)
    else if (/^checkpoint-\d{8}\.json$/.test(name)) checkpoints.push(name)
    else if (/^checkpoint-\d{8}\.json\.sig$/.test(name)) signatures.add(name)
    else throw broken(`${name} does not belong in a journal.`)
  }
  if (entries.length === 0) throw broken('The journal holds no entry.')
  entries.sort()
  checkpoints.sort()

  const hashes = new Map<number, string>()
  let head = emptyJournal
  for (const name of entries) {
    const sequence = head.sequence + 1
    const expectedName = `${String(sequence).padStart(8, '0')}.json`
    if (name !== expectedName) throw broken(`Entry ${sequence} is missing: the next file is ${name}.`)
    const bytes = await files.read(name)
    const entry = parse<JournalEntry>(bytes, name)
    if (canonicalJson(entry) !== bytes.toString('utf8'))
      throw broken(`Entry ${sequence} is not in canonical form.`)
    if (entry.sequence !== sequence)
      throw broken(`Entry ${sequence} says that it is entry ${entry.sequence}.`)
    if (entry.previous !== head.headHash) {
      throw broken(
        sequence === 1
          ? 'Entry 1 does not begin a chain.'
          : `Entry ${sequence} does not follow entry ${sequence - 1}: one of the two was altered.`,
      )
    }
    head = { sequence, headHash: sha256(bytes) }
    hashes.set(sequence, head.headHash)
  }

  let signedUpTo = 0
  for (const name of checkpoints) {
    const bytes = await files.read(name)
    const checkpoint = parse<Checkpoint>(bytes, name)
    if (!signatures.delete(`${name}.sig`)) throw broken(`Checkpoint ${checkpoint.sequence} has no signature.`)
    verifySsh({
      signature: (await files.read(`${name}.sig`)).toString('utf8'),
      namespace: journalNamespace,
      message: bytes,
      allowedKeys: options.allowedKeys,
    })
    compare(hashes, checkpoint.sequence, checkpoint.headSha256, `the signed checkpoint ${name}`)
    signedUpTo = Math.max(signedUpTo, checkpoint.sequence)
  }
  const [orphan] = signatures
  if (orphan) throw broken(`${orphan} signs a checkpoint that is missing.`)
  if (signedUpTo === 0) throw broken('The journal holds no signed checkpoint.')
  if (options.keptHead) {
    compare(hashes, options.keptHead.sequence, options.keptHead.headHash, 'the head that you kept')
  }
  return { entries: entries.length, head, checkpoints: checkpoints.length, signedUpTo }
}

function compare(hashes: Map<number, string>, sequence: number, expected: string, witness: string): void {
  const found = hashes.get(sequence)
  if (found === undefined)
    throw broken(`Entry ${sequence} is missing, though ${witness} attests it: the end was cut off.`)
  if (found !== expected)
    throw broken(`Entry ${sequence} or one before it was altered: ${witness} says otherwise.`)
}

function parse<T>(bytes: Buffer, name: string): T {
  try {
    return JSON.parse(bytes.toString('utf8')) as T
  } catch (cause) {
    throw broken(`${name} is not JSON.`, cause)
  }
}

function broken(message: string, cause?: unknown): ReversibilityError {
  return new ReversibilityError('integrity-mismatch', message, {
    remedy: 'Do not rely on this journal: ask for an untouched copy and find out who could write to it.',
    cause,
  })
}
