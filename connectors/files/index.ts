import { ReversibilityError } from '../../contract/errors.ts'
import type { Connector, ConnectorContext, ConnectorType, Epoch } from '../connector.ts'
import { type FilesConfig, filesConfig, resolvePath } from './config.ts'
import { throwIfCancelled } from './file-error.ts'
import { addressOf, FilesEpoch, treeDatasetId } from './files-epoch.ts'
import { type ListingIndex, readListingIndex, writeListing } from './listing.ts'
import { localOwners } from './owners.ts'
import { filesRestore } from './restore.ts'
import { treeSelection } from './selection.ts'
import { Slots } from './slots.ts'
import { walkTree } from './walk.ts'

const maxOpenFiles = 16

/** Trees of files on a disk that the worker reaches: a share, a home, a document store. */
export const files: ConnectorType<FilesConfig> = {
  kind: 'files',
  config: filesConfig,
  capabilities: ['restore', 'locateDocuments'],
  epochLifetime: 'durable',
  restore: filesRestore,

  async open(config: FilesConfig, context: ConnectorContext): Promise<Connector> {
    const root = await resolvePath(config.root, context.secrets)
    return new FilesConnector({ ...config, root }, context)
  },

  locateDocuments(epoch: Epoch, glob: string, signal: AbortSignal) {
    if (!(epoch instanceof FilesEpoch)) {
      throw new ReversibilityError('unsupported', 'This is not a reading of a tree of files.', {
        remedy: 'Locate documents in an epoch of a source of the kind files.',
      })
    }
    return epoch.locate(glob, signal)
  },
}

class FilesConnector implements Connector {
  readonly address: string
  readonly #config: FilesConfig
  readonly #context: ConnectorContext
  readonly #openFiles: Slots

  constructor(config: FilesConfig, context: ConnectorContext) {
    this.address = addressOf(config.root)
    this.#config = config
    this.#context = context
    this.#openFiles = new Slots(Math.min(maxOpenFiles, context.maxConnections))
  }

  async openEpoch(signal: AbortSignal): Promise<Epoch> {
    throwIfCancelled(signal)
    const walk = walkTree(
      {
        root: Buffer.from(this.#config.root),
        selection: treeSelection(this.#context.selection),
        crossMounts: this.#config.crossMounts ?? false,
        owners: await localOwners(),
        datasetId: treeDatasetId,
        checkReadable: process.geteuid?.() !== 0,
        maxOpen: Math.max(1, Math.min(maxOpenFiles, this.#context.maxConnections)),
      },
      signal,
    )
    const about = { address: this.address, openedAt: new Date().toISOString() }
    return this.#epoch(await writeListing(this.#context.workspace, about, walk))
  }

  async joinEpoch(token: string, signal: AbortSignal): Promise<Epoch> {
    throwIfCancelled(signal)
    const index = await readListingIndex(this.#context.workspace, token, signal)
    if (index.address !== this.address) {
      throw new ReversibilityError('epoch-lost', 'This reading is of another tree.', {
        remedy: 'Open a new epoch of the source.',
        subject: index.address,
      })
    }
    return this.#epoch({ token, index })
  }

  async close(): Promise<void> {
    // Files are open only while they are read.
  }

  #epoch(listing: { token: string; index: ListingIndex }): FilesEpoch {
    const { root } = this.#config
    return new FilesEpoch({
      ...listing,
      root,
      workspace: this.#context.workspace,
      openFiles: this.#openFiles,
    })
  }
}
