import { pathToFileURL } from 'node:url'
import type { Dataset, Description, Part } from '../../contract/dataset.ts'
import { ReversibilityError } from '../../contract/errors.ts'
import type { Fingerprint } from '../../contract/fingerprint.ts'
import type { Discovered, Epoch, LocatedDocument, Reading, Workspace } from '../connector.ts'
import { displayPath, type Entry } from './entry.ts'
import { throwIfCancelled } from './file-error.ts'
import { type ListingIndex, readEntries, readIssues, readLines } from './listing.ts'
import { globMatcher } from './selection.ts'
import type { Slots } from './slots.ts'
import { fingerprintTree } from './tree-fingerprint.ts'
import { type ListingCursor, listingParts, type TreeCursor, treeParts } from './tree-parts.ts'
import { readTree } from './tree-reading.ts'

export const treeDatasetId = '/'
export const listingDatasetId = 'listing'

export interface FilesEpochOptions {
  root: string
  workspace: Workspace
  token: string
  index: ListingIndex
  openFiles: Slots
}

/** A tree as it was listed. Lives as long as its listing in the workspace: any process may join it, at any time. */
export class FilesEpoch implements Epoch {
  readonly token: string
  readonly openedAt: string
  readonly #options: FilesEpochOptions

  constructor(options: FilesEpochOptions) {
    this.token = options.token
    this.openedAt = options.index.openedAt
    this.#options = options
  }

  async *discover(signal: AbortSignal): AsyncGenerator<Discovered> {
    throwIfCancelled(signal)
    const { index, workspace } = this.#options
    yield {
      type: 'dataset',
      dataset: {
        id: listingDatasetId,
        kind: 'listing',
        slug: 'listing',
        format: 'jsonl',
        restoreStage: 'before',
        estimatedBytes: index.chunks.reduce((sum, chunk) => sum + chunk.bytes, 0),
        estimatedRecords: index.entries,
        hasRecords: false,
      },
    }
    yield {
      type: 'dataset',
      dataset: {
        id: treeDatasetId,
        kind: 'tree',
        slug: 'tree',
        format: 'tar',
        restoreStage: 'data',
        estimatedBytes: index.archiveBytes,
        estimatedRecords: index.entries,
        hasRecords: true,
      },
    }
    yield* readIssues(workspace, index, signal)
  }

  async *partition(dataset: Dataset, targetBytes: number, signal: AbortSignal): AsyncGenerator<Part> {
    throwIfCancelled(signal)
    const { index, workspace } = this.#options
    if (dataset.id === listingDatasetId) yield* listingParts(dataset, index, targetBytes)
    else yield* treeParts(known(dataset), readEntries(workspace, index, undefined, signal), targetBytes)
  }

  read(part: Part, signal: AbortSignal): Reading {
    const { index, workspace, openFiles } = this.#options
    if (part.datasetId === listingDatasetId) {
      const { chunks } = part.cursor as ListingCursor
      return {
        bytes: cancellable(readLines(workspace, index, chunks, signal), signal),
        // It tells of the tree's entries again: counting them twice would say that there is more than there is.
        records: () => null,
        omissions: () => [],
      }
    }
    const root = Buffer.from(this.#options.root)
    const range = part.cursor as TreeCursor
    const entries = this.#entries(range, signal)
    return readTree({ root, datasetId: known({ id: part.datasetId }).id, entries, openFiles, signal })
  }

  async fingerprint(dataset: Dataset, signal: AbortSignal): Promise<Fingerprint> {
    if (dataset.id !== treeDatasetId) throw hasNoRecords(dataset.id)
    const { openFiles, root } = this.#options
    const entries = this.#entries(undefined, signal)
    return await fingerprintTree({ root: Buffer.from(root), entries, openFiles, signal })
  }

  async describe(dataset: Dataset, signal: AbortSignal): Promise<Description> {
    throwIfCancelled(signal)
    const { index } = this.#options
    if (dataset.id === listingDatasetId) {
      return {
        datasetId: dataset.id,
        title: `Listing of ${index.address}`,
        notes: [
          'One JSON object a line for each entry, in the order of the archives: path, type (file, directory, symlink, hardlink), bytes, mode (octal), uid, gid, user, group, mtime (seconds since 1970 UTC, with nanoseconds), inode, and target for links.',
          'Names that are not valid UTF-8 stand in base64 under pathBase64 and targetBase64.',
          `Listed from ${index.openedAt} on.`,
        ],
      }
    }
    return {
      datasetId: known(dataset).id,
      title: `Tree of files ${index.address}`,
      notes: [
        'Extract the archives in their order into one folder, with tar -xf, or tar -xpf as root for owners and permissions.',
        'Names are relative to the root of the tree, whose own permissions are not part of it.',
        'Holes of sparse files are delivered as zeros. Access control lists, extended attributes and file flags are not delivered.',
      ],
    }
  }

  /** Files whose path matches the glob, in the order of the listing. */
  async *locate(glob: string, signal: AbortSignal): AsyncGenerator<LocatedDocument> {
    const matches = globMatcher([glob])
    for await (const entry of this.#entries(undefined, signal)) {
      if ((entry.type !== 'file' && entry.type !== 'hardlink') || !matches(entry.path)) continue
      yield {
        path: displayPath(entry.path),
        bytes: entry.bytes,
        modifiedAt: new Date(Number(entry.mtimeNanoseconds / 1_000_000n)).toISOString(),
      }
    }
  }

  async close(): Promise<void> {
    // The listing stays in the workspace for those who join later; whoever owns the workspace clears it.
  }

  async *#entries(
    range: { from: TreeCursor['from']; to: TreeCursor['to'] } | undefined,
    signal: AbortSignal,
  ): AsyncGenerator<Entry> {
    const { index, workspace } = this.#options
    for await (const { entry } of readEntries(workspace, index, range, signal)) yield entry
  }
}

/** The address of a tree: a file URL, so that any name can stand in it. */
export function addressOf(root: string): string {
  return pathToFileURL(root).href
}

async function* cancellable(
  bytes: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  throwIfCancelled(signal)
  for await (const chunk of bytes) {
    throwIfCancelled(signal)
    yield chunk
  }
}

function known<T extends { id: string }>(dataset: T): T {
  if (dataset.id !== treeDatasetId) {
    throw new ReversibilityError('not-found', `A tree has no dataset ${JSON.stringify(dataset.id)}.`, {
      remedy: `Use ${treeDatasetId} or ${listingDatasetId}.`,
      subject: dataset.id,
    })
  }
  return dataset
}

function hasNoRecords(datasetId: string): ReversibilityError {
  return new ReversibilityError('unsupported', `The dataset ${datasetId} has no fingerprint.`, {
    remedy: `Ask for that of ${treeDatasetId}.`,
    subject: datasetId,
  })
}
