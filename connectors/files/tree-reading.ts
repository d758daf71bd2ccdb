import { lstat } from 'node:fs/promises'
import type { Omission } from '../../contract/dataset.ts'
import type { Reading } from '../connector.ts'
import { asItIsNow, contentBytes, displayPath, type Entry, isAsListed } from './entry.ts'
import { fileError, isGone, throwIfCancelled } from './file-error.ts'
import type { Slots } from './slots.ts'
import {
  chunksOf,
  maxSmallBytes,
  type OpenedFile,
  openListed,
  readSmall,
  spool,
  streamUnmoved,
} from './stable-file.ts'
import { tarEnd, tarHeader, tarPadding } from './tar-header.ts'
import { joinPath } from './walk.ts'

export interface TreeReadingOptions {
  root: Buffer
  datasetId: string
  entries: AsyncIterable<Entry>
  /** Shared by all readings of one connector. */
  openFiles: Slots
  signal: AbortSignal
}

const maxEntriesAhead = 32
const maxBytesAhead = 16 * 1024 * 1024
const outputBytes = 512 * 1024
const zeros = Buffer.alloc(512)

/** An entry made ready ahead of its turn. A large file is opened at its turn only. */
type Ready = { header: Buffer; content?: Buffer } | { large: Entry } | 'left-out'

/** A tar of the entries, in order. Small files are read ahead of the reader, many at once; large ones as they come. */
export function readTree(options: TreeReadingOptions): Reading {
  const reader = new TreeReader(options)
  return { bytes: reader.bytes(), records: () => reader.records, omissions: () => reader.omissions }
}

class TreeReader {
  records = 0
  readonly omissions: Omission[] = []
  readonly #options: TreeReadingOptions
  #output: Buffer = Buffer.allocUnsafeSlow(outputBytes)
  #used = 0

  constructor(options: TreeReadingOptions) {
    this.#options = options
  }

  async *bytes(): AsyncGenerator<Uint8Array> {
    const { signal } = this.#options
    throwIfCancelled(signal)
    for await (const ready of this.#readAhead()) {
      throwIfCancelled(signal)
      if (ready === 'left-out') continue
      if ('large' in ready) {
        yield* this.#largeFile(ready.large)
      } else {
        this.records++
        yield* this.#put(ready.header)
        if (ready.content !== undefined) yield* this.#content(ready.content)
      }
    }
    yield* this.#put(tarEnd)
    yield* this.#flush()
  }

  /** Entries made ready, in order, with a bounded number and size of them under way. */
  async *#readAhead(): AsyncGenerator<Ready> {
    const ahead: { ready: Promise<Ready>; bytes: number }[] = []
    let bytesAhead = 0
    const first = async () => {
      const next = ahead.shift()!
      bytesAhead -= next.bytes
      return await next.ready
    }
    try {
      for await (const entry of this.#options.entries) {
        throwIfCancelled(this.#options.signal)
        const bytes = contentBytes(entry) <= maxSmallBytes ? contentBytes(entry) : 0
        while (ahead.length >= maxEntriesAhead || (ahead.length > 0 && bytesAhead + bytes > maxBytesAhead)) {
          yield await first()
        }
        const ready = this.#makeReady(entry)
        // Awaited in its turn, or below when the reader goes away first.
        ready.catch(() => {})
        ahead.push({ ready, bytes })
        bytesAhead += bytes
      }
      while (ahead.length > 0) yield await first()
    } finally {
      await Promise.allSettled(ahead.map((each) => each.ready))
    }
  }

  async #makeReady(entry: Entry): Promise<Ready> {
    if (entry.type === 'directory' || entry.type === 'symlink') return { header: tarHeader(entry) }
    if (entry.type === 'hardlink') {
      if (await this.#isStillLinked(entry)) return { header: tarHeader(entry) }
      // Its first name may be left out or be another file by now: the content comes under this name too.
      return { large: entry }
    }
    if (entry.bytes > maxSmallBytes) return { large: entry }
    return await this.#options.openFiles.run(() => this.#smallFile(entry))
  }

  async #smallFile(entry: Entry): Promise<Ready> {
    const file = await openListed(this.#options.root, entry)
    if (file === undefined) return this.#leaveOut(entry, 'It was removed after the tree was listed.')
    try {
      const read = await readSmall(file, displayPath(entry.path))
      if (read !== undefined) {
        if (file.asListed && isAsListed(entry, read.stats))
          return { header: tarHeader(entry), content: read.content }
        const now = asItIsNow(entry, read.stats)
        this.#reportChange(now)
        return { header: tarHeader(now), content: read.content }
      }
    } finally {
      await file.handle.close()
    }
    // Too lively for two quick looks, or grown large: the way of large files copes with both.
    return { large: entry }
  }

  async *#largeFile(entry: Entry): AsyncGenerator<Uint8Array> {
    const { openFiles, root, signal } = this.#options
    await openFiles.take()
    try {
      const file = await openListed(root, entry)
      if (file === undefined) {
        this.#leaveOut(entry, 'It was removed after the tree was listed.')
        return
      }
      try {
        if (file.asListed && entry.type === 'file') {
          this.records++
          yield* this.#put(tarHeader(entry))
          yield* this.#stream(streamUnmoved(file, displayPath(entry.path), signal), entry.bytes)
        } else {
          yield* this.#changedFile(entry, file)
        }
      } finally {
        await file.handle.close()
      }
    } finally {
      openFiles.give()
    }
  }

  async *#changedFile(entry: Entry, file: OpenedFile): AsyncGenerator<Uint8Array> {
    const name = displayPath(entry.path)
    const spooled = await spool(file, name, this.#options.signal)
    if (spooled === undefined) {
      this.#leaveOut(entry, 'It was written to during each of two readings.')
      return
    }
    try {
      const now = asItIsNow(entry, spooled.stats)
      this.#reportChange(now)
      this.records++
      yield* this.#put(tarHeader(now))
      yield* this.#stream(chunksOf(spooled.copy, now.bytes, name, this.#options.signal), now.bytes)
    } finally {
      await spooled.copy.close()
    }
  }

  /** True when this name and the first one are the file that was listed. */
  async #isStillLinked(entry: Entry): Promise<boolean> {
    for (const path of [entry.path, entry.target!]) {
      try {
        const stats = await lstat(joinPath(this.#options.root, path), { bigint: true })
        const sameTimes = stats.mtimeNs === entry.mtimeNanoseconds
        if (!stats.isFile() || stats.ino !== entry.inode || !sameTimes) return false
      } catch (error) {
        if (isGone(error)) return false
        throw fileError(error, displayPath(path))
      }
    }
    return true
  }

  #leaveOut(entry: Entry, reason: string): 'left-out' {
    this.#omit(entry, reason)
    return 'left-out'
  }

  #reportChange(now: Entry): void {
    const time = new Date(Number(now.mtimeNanoseconds / 1_000_000n)).toISOString()
    this.#omit(now, `It changed after the tree was listed: it is delivered as it was last written, ${time}.`)
  }

  #omit(entry: Entry, reason: string): void {
    const { datasetId } = this.#options
    this.omissions.push({ datasetId, item: displayPath(entry.path), reason, code: 'changed-while-read' })
  }

  *#content(content: Buffer): Generator<Buffer> {
    yield* this.#put(content)
    yield* this.#put(zeros.subarray(0, tarPadding(content.length)))
  }

  async *#stream(chunks: AsyncIterable<Buffer>, bytes: number): AsyncGenerator<Buffer> {
    yield* this.#flush()
    yield* chunks
    yield* this.#put(zeros.subarray(0, tarPadding(bytes)))
  }

  /** Gathers small pieces into chunks worth handing on. */
  *#put(piece: Buffer): Generator<Buffer> {
    for (let at = 0; at < piece.length; ) {
      const copied = piece.copy(this.#output, this.#used, at)
      this.#used += copied
      at += copied
      if (this.#used === this.#output.length) yield* this.#flush()
    }
  }

  *#flush(): Generator<Buffer> {
    if (this.#used === 0) return
    const chunk = this.#output.subarray(0, this.#used)
    this.#output = Buffer.allocUnsafeSlow(outputBytes)
    this.#used = 0
    yield chunk
  }
}
