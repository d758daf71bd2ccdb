import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { extract, type Header } from 'tar-stream'
import { ReversibilityError } from '../../contract/errors.ts'
import { parseDecimalSeconds } from './entry.ts'
import { throwIfCancelled } from './file-error.ts'
import { safePath } from './safe-path.ts'
import { tarEnd } from './tar-header.ts'
import type { TreeWriter, WrittenEntry } from './tree-writer.ts'

/**
 * Extracts one archive into a tree. The archive may come from anyone: nothing is written but below the tree's root,
 * and no entry is reached through a link. Throws `integrity-mismatch` for an archive that is cut short, or holds
 * what an archive of ours never holds.
 */
export async function extractTar(
  bytes: AsyncIterable<Uint8Array>,
  writer: TreeWriter,
  signal: AbortSignal,
): Promise<void> {
  throwIfCancelled(signal)
  // One character a byte: names need not be UTF-8. PAX records, which are, come decoded.
  const entries = extract({ filenameEncoding: 'latin1' } as Parameters<typeof extract>[0])
  const tail = new Tail()
  const feeding = pipeline(Readable.from(tail.watch(bytes), { objectMode: false }), entries, { signal })
  feeding.catch(() => {})
  try {
    for await (const source of entries) {
      throwIfCancelled(signal)
      await writer.add(entryOf(source.header), source as AsyncIterable<Uint8Array>)
      source.resume()
    }
    await feeding
    tail.check()
    await writer.finish()
  } catch (error) {
    throwIfCancelled(signal)
    throw archiveError(error)
  } finally {
    entries.destroy()
    // A source that does not heed the signal must not hold up the one who gave it.
    if (!signal.aborted) await feeding.catch(() => {})
    await writer.settle()
  }
}

function entryOf(header: Header): WrittenEntry {
  const pax: Partial<Record<string, string>> = header.pax ?? {}
  const type = typeOf(header)
  const name = pax.path === undefined ? Buffer.from(header.name, 'latin1') : Buffer.from(pax.path)
  const link =
    pax.linkpath === undefined ? Buffer.from(header.linkname ?? '', 'latin1') : Buffer.from(pax.linkpath)
  return {
    type,
    path: safePath(name),
    // A symbolic link is stored as it is, wherever it points: it is never followed.
    target: type === 'hardlink' ? safePath(link) : link,
    bytes: type === 'file' ? (header.size ?? 0) : 0,
    mode: (header.mode ?? 0) & 0o7777,
    uid: number(pax.uid, header.uid),
    gid: number(pax.gid, header.gid),
    mtimeNanoseconds:
      pax.mtime === undefined
        ? BigInt(Math.floor((header.mtime?.getTime() ?? 0) / 1000)) * 1_000_000_000n
        : parseDecimalSeconds(pax.mtime),
  }
}

function typeOf(header: Header): WrittenEntry['type'] {
  switch (header.type) {
    case 'file':
    case 'contiguous-file':
      return 'file'
    case 'directory':
    case 'symlink':
      return header.type
    case 'link':
      return 'hardlink'
    default:
      throw broken(`it holds an entry of the type ${String(header.type)}`)
  }
}

function number(text: string | undefined, otherwise: number | undefined): number {
  const value = text === undefined ? (otherwise ?? 0) : Number(text)
  if (!Number.isSafeInteger(value) || value < 0) throw broken('an owner is not a number')
  return value
}

/** Remembers the last bytes: an archive cut short between two entries looks whole but for its missing end. */
class Tail {
  #last: Buffer = Buffer.alloc(0)

  async *watch(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of bytes) {
      if (chunk.length === 0) continue
      const enough = chunk.length >= tarEnd.length
      this.#last = Buffer.concat(enough ? [chunk.subarray(-tarEnd.length)] : [this.#last, chunk])
      this.#last = this.#last.subarray(-tarEnd.length)
      yield chunk
    }
  }

  check(): void {
    if (!this.#last.equals(tarEnd)) throw broken('it is cut short')
  }
}

/** Errors of tar-stream are plain ones, without a code: each says that the bytes are not a tar. */
function archiveError(error: unknown): unknown {
  if (error instanceof ReversibilityError || !(error instanceof Error)) return error
  if ((error as NodeJS.ErrnoException).code !== undefined) return error
  return broken(error.message.replace(/[.?]*$/, ''), error)
}

function broken(why: string, cause?: unknown): ReversibilityError {
  return new ReversibilityError('integrity-mismatch', `The archive cannot be extracted: ${why}.`, {
    remedy: 'Do not use this volume: fetch it again, or have it made again.',
    cause,
  })
}
