import type { Omission } from '../../contract/dataset.ts'
import type { Reading } from '../connector.ts'
import { type AheadOptions, entriesAhead } from './entries-ahead.ts'
import { asItIsNow, displayPath, type Entry } from './entry.ts'
import { throwIfCancelled } from './file-error.ts'
import { chunksOf, type OpenedFile, openListed, spool, streamUnmoved } from './stable-file.ts'
import { tarEnd, tarHeader, tarPadding } from './tar-header.ts'

export interface TreeReadingOptions extends AheadOptions {
  datasetId: string
  entries: AsyncIterable<Entry>
}

const outputBytes = 512 * 1024
const zeros = Buffer.alloc(512)
const removed = 'It was removed after the tree was listed.'

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
    const { entries, signal } = this.#options
    throwIfCancelled(signal)
    for await (const ready of entriesAhead(entries, this.#options)) {
      throwIfCancelled(signal)
      switch (ready.is) {
        case 'gone':
          this.#omit(ready.entry, removed)
          break
        case 'to-stream':
          yield* this.#stream(ready.entry)
          break
        default:
          if (ready.is === 'changed') this.#reportChange(ready.entry)
          yield* this.#begin(ready.entry)
          if (ready.content === undefined) break
          yield* this.#put(ready.content)
          yield* this.#put(zeros.subarray(0, tarPadding(ready.content.length)))
      }
    }
    yield* this.#put(tarEnd)
    yield* this.#flush()
  }

  async *#stream(entry: Entry): AsyncGenerator<Uint8Array> {
    const { openFiles, root, signal } = this.#options
    await openFiles.take()
    try {
      const file = await openListed(root, entry)
      if (file === undefined) {
        this.#omit(entry, removed)
        return
      }
      try {
        if (file.asListed && entry.type === 'file') {
          yield* this.#begin(entry)
          yield* this.#content(streamUnmoved(file, displayPath(entry.path), signal), entry.bytes)
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
    const { signal } = this.#options
    const name = displayPath(entry.path)
    const spooled = await spool(file, name, signal)
    if (spooled === undefined) {
      this.#omit(entry, 'It was written to during each of two readings.')
      return
    }
    try {
      const now = asItIsNow(entry, spooled.stats)
      this.#reportChange(now)
      yield* this.#begin(now)
      yield* this.#content(chunksOf(spooled.copy, now.bytes, name, signal), now.bytes)
    } finally {
      await spooled.copy.close()
    }
  }

  #reportChange(now: Entry): void {
    const time = new Date(Number(now.mtimeNanoseconds / 1_000_000n)).toISOString()
    this.#omit(now, `It changed after the tree was listed: it is delivered as it was last written, ${time}.`)
  }

  #omit(entry: Entry, reason: string): void {
    const { datasetId } = this.#options
    this.omissions.push({ datasetId, item: displayPath(entry.path), reason, code: 'changed-while-read' })
  }

  *#begin(entry: Entry): Generator<Buffer> {
    this.records++
    yield* this.#put(tarHeader(entry))
  }

  async *#content(chunks: AsyncIterable<Buffer>, bytes: number): AsyncGenerator<Buffer> {
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
