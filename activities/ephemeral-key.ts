import { generateX25519Identity, identityToRecipient } from 'age-encryption'
import { ReversibilityError } from '../contract/errors.ts'
import { ephemeralKeyKey } from '../contract/layout.ts'
import type { RunContext } from '../contract/run.ts'
import { readJson } from '../store/json.ts'
import { open, seal } from '../temporal/codec.ts'
import type { ActivityDependencies } from './dependencies.ts'

interface SealedKey {
  keyId: string
  sealed: string
}

/**
 * A rehearsal must open what it encrypted to prove that it restores, so it adds a recipient of its own. The key is kept
 * sealed under the workers' keyring, in the run's work area, and erased with it: afterwards nobody holds a key but the client.
 */
export async function makeEphemeralKey(dependencies: ActivityDependencies, run: RunContext): Promise<string> {
  const [present] = await ephemeralIdentities(dependencies, run)
  if (present) return identityToRecipient(present)
  const identity = await generateX25519Identity()
  const sealed: SealedKey = {
    keyId: dependencies.keyring.current,
    sealed: seal(Buffer.from(identity), dependencies.keyring).toString('base64'),
  }
  const body = Buffer.from(JSON.stringify(sealed))
  await dependencies.storeOf(run.bucket).put(ephemeralKeyKey(run), body, { ifAbsent: true })
  const [kept] = await ephemeralIdentities(dependencies, run)
  return identityToRecipient(kept!)
}

/** The rehearsal's identity, if it has one: what `decodeVolume` needs to open its volumes. */
export async function ephemeralIdentities(
  dependencies: ActivityDependencies,
  run: RunContext,
): Promise<string[]> {
  if (run.kind !== 'rehearsal') return []
  try {
    const { keyId, sealed } = await readJson<SealedKey>(
      dependencies.storeOf(run.bucket),
      ephemeralKeyKey(run),
    )
    return [open(Buffer.from(sealed, 'base64'), keyId, dependencies.keyring).toString('utf8')]
  } catch (error) {
    if (error instanceof ReversibilityError && error.type === 'not-found') return []
    throw error
  }
}
