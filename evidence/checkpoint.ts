import type { JournalHead } from '../contract/journal.ts'
import { checkpointKey, type RunRef } from '../contract/layout.ts'
import { canonicalJson } from '../packaging/root.ts'
import { signSsh } from '../packaging/signature.ts'
import type { ObjectStore } from '../store/object-store.ts'
import { writeOnce } from './journal.ts'

/** The SSHSIG namespace of journal checkpoints: a signature made for a package proves nothing here. */
export const journalNamespace = 'reversibility-journal@v1'

export interface Checkpoint {
  version: 1
  contractId: string
  runId: string
  sequence: number
  headSha256: string
}

/** Signs where the journal stands, beside it, so that a head kept by the client exposes any later rewriting. */
export async function signCheckpoint(
  store: ObjectStore,
  checkpoint: { run: RunRef; head: JournalHead; signingKey: string },
): Promise<void> {
  const { run, head } = checkpoint
  const statement: Checkpoint = {
    version: 1,
    contractId: run.contractId,
    runId: run.runId,
    sequence: head.sequence,
    headSha256: head.headHash,
  }
  const bytes = Buffer.from(canonicalJson(statement))
  const key = checkpointKey(run, head.sequence)
  await writeOnce(store, key, bytes)
  const signature = signSsh({
    privateKey: checkpoint.signingKey,
    namespace: journalNamespace,
    message: bytes,
  })
  // Ed25519 is deterministic (RFC 8032), so a repeated call writes the same signature.
  await writeOnce(store, `${key}.sig`, Buffer.from(signature))
}
