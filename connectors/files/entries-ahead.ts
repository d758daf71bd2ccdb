import { lstat } from 'node:fs/promises'
import { asItIsNow, contentBytes, displayPath, type Entry, isAsListed } from './entry.ts'
import { fileError, isGone, throwIfCancelled } from './file-error.ts'
import type { Slots } from './slots.ts'
import { readSmallFiles } from './small-files.ts'
import { maxSmallBytes, openListed, readSmall } from './stable-file.ts'
import { joinPath } from './walk.ts'

/** An entry made ready before its turn in the archive. */
export type Ready =
  | { is: 'as-listed'; entry: Entry; content?: Buffer }
  /** The file is not what was listed: the entry says what it is now. */
  | { is: 'changed'; entry: Entry; content: Buffer }
  | { is: 'gone'; entry: Entry }
  /** To be opened in its turn: large, or changing too fast for a quick look. */
  | { is: 'to-stream'; entry: Entry }

export interface AheadOptions {
  root: Buffer
  openFiles: Slots
  signal: AbortSignal
}

const maxBatchEntries = 64
const maxBatchBytes = 1024 * 1024
const batchesAhead = 4

interface Batch {
  ready: Ready[]
  free(): void
}

/**
 * The entries in their order, small files read ahead of the one who asks: four batches of up to 64 files or 2 MiB. A
 * content is there until the next entry is asked for.
 */
export async function* entriesAhead(
  entries: AsyncIterable<Entry>,
  options: AheadOptions,
): AsyncGenerator<Ready> {
  const ahead: Promise<Batch>[] = []
  try {
    for await (const batch of batchesOf(entries)) {
      throwIfCancelled(options.signal)
      const ready = makeReady(batch, options)
      // Awaited in its turn, or below when the reader goes away first.
      ready.catch(() => {})
      ahead.push(ready)
      if (ahead.length >= batchesAhead) yield* handedOut(await ahead.shift()!)
    }
    while (ahead.length > 0) yield* handedOut(await ahead.shift()!)
  } finally {
    await Promise.allSettled(ahead)
  }
}

function* handedOut({ ready, free }: Batch): Generator<Ready> {
  yield* ready
  free()
}

async function* batchesOf(entries: AsyncIterable<Entry>): AsyncGenerator<Entry[]> {
  let batch: Entry[] = []
  let bytes = 0
  for await (const entry of entries) {
    batch.push(entry)
    if (isSmall(entry)) bytes += entry.bytes
    if (batch.length < maxBatchEntries && bytes < maxBatchBytes) continue
    yield batch
    batch = []
    bytes = 0
  }
  if (batch.length > 0) yield batch
}

function isSmall(entry: Entry): boolean {
  return entry.type === 'file' && contentBytes(entry) <= maxSmallBytes
}

async function makeReady(batch: Entry[], options: AheadOptions): Promise<Batch> {
  const { root, openFiles } = options
  const small = batch.filter(isSmall)
  const contents = new Map<Entry, Buffer | undefined>()
  let free = () => {}
  if (small.length > 0) {
    const read = await openFiles.run(() => readSmallFiles(root, small))
    for (const [at, entry] of small.entries()) contents.set(entry, read.contents[at])
    free = read.free
  }
  const ready = await Promise.all(
    batch.map(async (entry): Promise<Ready> => {
      if (entry.type === 'directory' || entry.type === 'symlink') return { is: 'as-listed', entry }
      if (entry.type === 'hardlink') {
        // Its first name may be left out or be another file by now: the content then comes under this name too.
        return (await isStillLinked(root, entry)) ? { is: 'as-listed', entry } : { is: 'to-stream', entry }
      }
      if (!isSmall(entry)) return { is: 'to-stream', entry }
      const content = contents.get(entry)
      if (content !== undefined) return { is: 'as-listed', entry, content }
      return await openFiles.run(() => lookAgain(root, entry))
    }),
  )
  return { ready, free }
}

/** A small file that was not as listed at the first look. */
async function lookAgain(root: Buffer, entry: Entry): Promise<Ready> {
  const file = await openListed(root, entry)
  if (file === undefined) return { is: 'gone', entry }
  try {
    const read = await readSmall(file, displayPath(entry.path))
    if (read === undefined) return { is: 'to-stream', entry }
    const { content, stats } = read
    if (isAsListed(entry, stats)) return { is: 'as-listed', entry, content }
    return { is: 'changed', entry: asItIsNow(entry, stats), content }
  } finally {
    await file.handle.close()
  }
}

/** True when this name and the first one are the file that was listed. */
async function isStillLinked(root: Buffer, entry: Entry): Promise<boolean> {
  for (const path of [entry.path, entry.target!]) {
    try {
      const stats = await lstat(joinPath(root, path), { bigint: true })
      const isListed = stats.isFile() && stats.ino === entry.inode && stats.mtimeNs === entry.mtimeNanoseconds
      if (!isListed) return false
    } catch (error) {
      if (isGone(error)) return false
      throw fileError(error, displayPath(path))
    }
  }
  return true
}
