import type { Part } from '../../contract/dataset.ts'
import type { ListedEntry, ListingIndex, Place } from './listing.ts'
import { tarBytes } from './tar-header.ts'

/** What a part of the tree is: entries of the listing from one place up to another. */
export interface TreeCursor {
  from: Place
  to: Place
  entries: number
}

/** What a part of the listing is: whole chunks of it. */
export interface ListingCursor {
  chunks: { from: number; to: number }
  entries: number
}

const maxEntriesPerPart = 20_000

/**
 * Slices of the listing, in its order: each closes when the next entry would take it past `targetBytes`, or
 * at 20,000 entries. A file as large as the target is alone in its part, so that its retry costs nothing else.
 */
export async function* treeParts(
  dataset: { id: string; slug: string },
  listed: AsyncIterable<ListedEntry>,
  targetBytes: number,
): AsyncGenerator<Part> {
  let index = 0
  let open: { cursor: TreeCursor; bytes: number } | undefined
  const close = (slice: { cursor: TreeCursor; bytes: number }): Part => ({
    datasetId: dataset.id,
    index,
    path: `${dataset.slug}/part-${String(index++).padStart(5, '0')}.tar`,
    format: 'tar',
    compress: true,
    estimatedBytes: slice.bytes,
    cursor: slice.cursor,
  })
  for await (const { entry, from, to } of listed) {
    const bytes = tarBytes(entry)
    const isFull =
      open !== undefined && (open.bytes + bytes > targetBytes || open.cursor.entries >= maxEntriesPerPart)
    if (open !== undefined && isFull) {
      yield close(open)
      open = undefined
    }
    open ??= { cursor: { from, to, entries: 0 }, bytes: 0 }
    open.cursor = { from: open.cursor.from, to, entries: open.cursor.entries + 1 }
    open.bytes += bytes
  }
  if (open !== undefined || index === 0) {
    yield close(open ?? { cursor: { from: [0, 0], to: [0, 0], entries: 0 }, bytes: 0 })
  }
}

export function* listingParts(
  dataset: { id: string; slug: string },
  index: ListingIndex,
  targetBytes: number,
): Generator<Part> {
  let part = 0
  let from = 0
  let bytes = 0
  let entries = 0
  const close = (to: number): Part => {
    const cursor: ListingCursor = { chunks: { from, to }, entries }
    const path = `${dataset.slug}/part-${String(part).padStart(5, '0')}.jsonl`
    return {
      datasetId: dataset.id,
      index: part++,
      path,
      format: 'jsonl',
      compress: true,
      estimatedBytes: bytes,
      cursor,
    }
  }
  for (const [at, chunk] of index.chunks.entries()) {
    if (bytes > 0 && bytes + chunk.bytes > targetBytes) {
      yield close(at)
      from = at
      bytes = 0
      entries = 0
    }
    bytes += chunk.bytes
    entries += chunk.entries
  }
  yield close(index.chunks.length)
}
