import { hash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { appendFile, chmod, lstat, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Dataset } from '../../contract/dataset.ts'
import { ReversibilityError } from '../../contract/errors.ts'
import type { Fingerprint } from '../../contract/fingerprint.ts'
import type { RestoreType, ScratchTarget, VolumeToLoad } from '../connector.ts'
import { type FilesTarget, filesTarget, resolvePath } from './config.ts'
import { extractTar } from './extract-tar.ts'
import { fileError, isGone, throwIfCancelled } from './file-error.ts'
import { treeDatasetId } from './files-epoch.ts'
import { removeTree } from './remove-tree.ts'
import { fingerprintRestored } from './restored-fingerprint.ts'
import { TreeWriter } from './tree-writer.ts'

const markerName = 'made-by-reversibility'

/**
 * Restores into `<folder>/rev_<name>`, made and removed by this alone: `tree/` is the tree, `ledger/` says which volumes
 * are in it, `listing/` holds the listing. Owners are restored by root alone; contents, names, permissions, times and links by anyone.
 */
export const filesRestore: RestoreType<FilesTarget> = {
  target: filesTarget,
  argument: 'folder',
  async open(target, name, options, secrets) {
    if (!/^[A-Za-z0-9_]{1,200}$/.test(name)) {
      throw new ReversibilityError(
        'invalid-input',
        'The name of a scratch tree holds letters, digits and _ only.',
        {
          remedy: 'Name it so.',
          subject: name,
        },
      )
    }
    const folder = await resolvePath(target.folder, secrets)
    const scratch = new ScratchTree(join(folder, `rev_${name}`))
    try {
      await lstat(folder)
      if (options.fresh) await scratch.destroy()
      await scratch.make()
    } catch (error) {
      throw fileError(error, folder)
    }
    return scratch
  },
}

class ScratchTree implements ScratchTarget {
  readonly #folder: string
  readonly #tree: string
  readonly #ledger: string
  readonly #listing: string
  readonly #heldModes: string

  constructor(folder: string) {
    this.#folder = folder
    this.#tree = join(folder, 'tree')
    this.#ledger = join(folder, 'ledger')
    this.#listing = join(folder, 'listing')
    this.#heldModes = join(this.#ledger, 'folder-modes.jsonl')
  }

  async make(): Promise<void> {
    await this.#refuseForeign()
    await mkdir(this.#folder, { recursive: true, mode: 0o700 })
    await writeFile(join(this.#folder, markerName), 'A scratch restore. It may be removed at any time.\n')
    for (const folder of [this.#tree, this.#ledger, this.#listing]) {
      await mkdir(folder, { recursive: true, mode: 0o700 })
    }
  }

  async load(volume: VolumeToLoad, bytes: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void> {
    throwIfCancelled(signal)
    const name = hash('sha256', volume.path)
    if (await this.#isThere(join(this.#ledger, name))) return
    if (volume.dataset.id === treeDatasetId) {
      const keepMode = async (path: Buffer, mode: number) => {
        await appendFile(this.#heldModes, `${JSON.stringify([path.toString('base64'), mode])}\n`)
      }
      await extractTar(bytes, new TreeWriter(Buffer.from(this.#tree), keepMode), signal)
    } else {
      const path = join(this.#listing, `part-${String(volume.partIndex).padStart(5, '0')}.jsonl`)
      try {
        await pipeline(
          Readable.from(bytes, { objectMode: false }),
          createWriteStream(path, { mode: 0o600 }),
          { signal },
        )
      } catch (error) {
        throwIfCancelled(signal)
        throw fileError(error, path)
      }
    }
    // Only now: a volume that failed halfway is loaded again, over what it left.
    await writeFile(join(this.#ledger, name), `${volume.path}\n`)
  }

  async fingerprint(dataset: Dataset, signal: AbortSignal): Promise<Fingerprint> {
    if (dataset.id !== treeDatasetId) {
      throw new ReversibilityError('unsupported', `The dataset ${dataset.id} has no fingerprint.`, {
        remedy: `Ask for that of ${treeDatasetId}.`,
        subject: dataset.id,
      })
    }
    return await fingerprintRestored(Buffer.from(this.#tree), await this.#readHeldModes(), signal)
  }

  async destroy(): Promise<void> {
    if (!(await this.#isThere(this.#folder))) return
    await this.#refuseForeign()
    try {
      await removeTree(Buffer.from(this.#folder), { last: markerName })
    } catch (error) {
      throw fileError(error, this.#folder)
    }
  }

  async close(): Promise<void> {
    // Nothing is open between calls.
  }

  /** Folders whose owner may not enter them, with the permissions they are to have. Few in any tree. */
  async #readHeldModes(): Promise<Map<string, number>> {
    const modes = new Map<string, number>()
    const text = await readFile(this.#heldModes, 'utf8').catch((error) => {
      if (isGone(error)) return ''
      throw error
    })
    for (const line of text.split('\n')) {
      if (line === '') continue
      const [path, mode] = JSON.parse(line) as [string, number]
      modes.set(Buffer.from(path, 'base64').toString('latin1'), mode)
    }
    return modes
  }

  /** What stands there and was not made by this is neither used nor removed. */
  async #refuseForeign(): Promise<void> {
    const stats = await lstat(this.#folder).catch((error) => {
      if (isGone(error)) return undefined
      throw error
    })
    if (stats === undefined) return
    if (stats.isDirectory() && (await this.#isThere(join(this.#folder, markerName)))) {
      await chmod(this.#folder, 0o700)
      return
    }
    throw new ReversibilityError(
      'invalid-input',
      `${this.#folder} is there already, and is no scratch restore.`,
      {
        remedy: 'Move it away, or name another folder as the restore target.',
        subject: this.#folder,
      },
    )
  }

  async #isThere(path: string): Promise<boolean> {
    try {
      await lstat(path)
      return true
    } catch (error) {
      if (isGone(error)) return false
      throw fileError(error, path)
    }
  }
}
