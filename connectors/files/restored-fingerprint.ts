import { chmod } from 'node:fs/promises'
import type { Fingerprint } from '../../contract/fingerprint.ts'
import type { Entry } from './entry.ts'
import { localOwners } from './owners.ts'
import { treeSelection } from './selection.ts'
import { Slots } from './slots.ts'
import { fingerprintTree } from './tree-fingerprint.ts'
import { joinPath, walkTree } from './walk.ts'

const maxOpenFiles = 16

/**
 * Count and digest of a restored tree, by walking it. `heldModes` are the permissions of folders that could
 * not be set while the tree was being filled and read, by path in latin1: they count as they will be, and are set at the end.
 */
export async function fingerprintRestored(
  root: Buffer,
  heldModes: Map<string, number>,
  signal: AbortSignal,
): Promise<Fingerprint> {
  for (const path of heldModes.keys()) await chmod(joinPath(root, Buffer.from(path, 'latin1')), 0o700)
  const walk = walkTree(
    {
      root,
      selection: treeSelection({ include: ['**'], exclude: [] }),
      crossMounts: true,
      owners: await localOwners(),
      datasetId: '/',
      checkReadable: false,
      maxOpen: maxOpenFiles,
    },
    signal,
  )
  async function* entries(): AsyncGenerator<Entry> {
    for await (const walked of walk) {
      if (walked.type !== 'entry') continue
      const held = heldModes.get(walked.entry.path.toString('latin1'))
      yield held === undefined ? walked.entry : { ...walked.entry, mode: held }
    }
  }
  const fingerprint = await fingerprintTree({
    root,
    entries: entries(),
    openFiles: new Slots(maxOpenFiles),
    signal,
  })
  for (const [path, mode] of [...heldModes].reverse()) {
    await chmod(joinPath(root, Buffer.from(path, 'latin1')), mode)
  }
  return fingerprint
}
