import { createHash } from 'node:crypto'
import { ReversibilityError } from '../contract/errors.ts'
import type { JournalEntry, JournalFact, JournalHead } from '../contract/journal.ts'
import { journalKey, type RunRef } from '../contract/layout.ts'
import { canonicalJson } from '../packaging/root.ts'
import { readBytes } from '../store/json.ts'
import type { ObjectStore } from '../store/object-store.ts'

export interface Appending {
  run: RunRef
  after: JournalHead
  /** RFC 3339. */
  at: string
  facts: JournalFact[]
}

/**
 * Appends entries after a known head and returns the new one. A run has one writer, so the same call always writes
 * the same bytes under the same keys: it may be repeated after a crash. Throws `integrity-mismatch` when a key already
 * holds something else.
 */
export async function appendToJournal(store: ObjectStore, appending: Appending): Promise<JournalHead> {
  let { sequence, headHash } = appending.after
  for (const fact of appending.facts) {
    sequence += 1
    const entry: JournalEntry = {
      version: 1,
      contractId: appending.run.contractId,
      runId: appending.run.runId,
      sequence,
      at: appending.at,
      previous: headHash,
      ...fact,
    }
    const bytes = Buffer.from(canonicalJson(entry))
    await writeOnce(store, journalKey(appending.run, sequence), bytes)
    headHash = sha256(bytes)
  }
  return { sequence, headHash }
}

/** Writes bytes under a key once and for all. Throws `integrity-mismatch` when it holds other bytes. */
export async function writeOnce(store: ObjectStore, key: string, bytes: Buffer): Promise<void> {
  const result = await store.put(key, bytes, { ifAbsent: true, contentType: 'application/json' })
  if (result.created) return
  const present = await readBytes(store, key)
  if (present.equals(bytes)) return
  throw new ReversibilityError('integrity-mismatch', `${key} already holds something else.`, {
    subject: key,
    remedy: 'Two writers met, or someone altered the journal: verify it with `reversibility journal verify`.',
  })
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
