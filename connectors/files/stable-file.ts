import { type BigIntStats, constants } from 'node:fs'
import { type FileHandle, mkdtemp, open, realpath, rmdir, unlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ReversibilityError } from '../../contract/errors.ts'
import { displayPath, type Entry, isAsListed } from './entry.ts'
import { fileError, isGone, throwIfCancelled } from './file-error.ts'
import { joinPath } from './walk.ts'

export const maxSmallBytes = 1024 * 1024
const streamChunkBytes = 1024 * 1024
const attempts = 2

/** A file of the tree held open, and whether it is still the one that was listed. */
export interface OpenedFile {
  handle: FileHandle
  stats: BigIntStats
  asListed: boolean
}

/**
 * Opens a listed file. Undefined when there is no file there any more, or another one is there that a path
 * through a link would reach: outside the tree is not ours to read.
 */
export async function openListed(root: Buffer, entry: Entry): Promise<OpenedFile | undefined> {
  const path = joinPath(root, entry.path)
  let handle: FileHandle
  try {
    handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (isGone(error) || code === 'ELOOP' || code === 'ENXIO') return undefined
    throw fileError(error, displayPath(entry.path))
  }
  try {
    const stats = await handle.stat({ bigint: true })
    const asListed = isAsListed(entry, stats)
    const usable =
      stats.isFile() && (asListed || stats.ino === entry.inode || (await isInside(root, entry.path)))
    if (usable) return { handle, stats, asListed }
  } catch (error) {
    await handle.close()
    throw fileError(error, displayPath(entry.path))
  }
  await handle.close()
  return undefined
}

/** True when no folder on the way to this path has become a link. */
export async function isInside(root: Buffer, path: Buffer): Promise<boolean> {
  const lastSlash = path.lastIndexOf(0x2f)
  const folder = lastSlash < 0 ? Buffer.alloc(0) : path.subarray(0, lastSlash)
  try {
    const realRoot = await realpath(root, { encoding: 'buffer' })
    if (folder.length === 0) return true
    const real = await realpath(joinPath(root, folder), { encoding: 'buffer' })
    return real.equals(joinPath(realRoot, folder))
  } catch (error) {
    if (isGone(error)) return false
    throw fileError(error, displayPath(path))
  }
}

/** True when nothing was written to the file between two looks at it. */
export function isUnmoved(before: BigIntStats, after: BigIntStats): boolean {
  return before.size === after.size && before.mtimeNs === after.mtimeNs && before.ctimeNs === after.ctimeNs
}

/**
 * A small file whole, with what it was while it was read. Read again once when it changed meanwhile; undefined
 * when it changed then too, or grew beyond what is held in memory.
 */
export async function readSmall(
  file: OpenedFile,
  name: string,
): Promise<{ content: Buffer; stats: BigIntStats } | undefined> {
  let before = file.stats
  try {
    for (let attempt = 1; attempt <= attempts; attempt++) {
      if (before.size > maxSmallBytes) return undefined
      const content = Buffer.allocUnsafe(Number(before.size))
      const complete = await fill(file.handle, content, 0)
      const after = await file.handle.stat({ bigint: true })
      if (complete && isUnmoved(before, after)) return { content, stats: after }
      before = after
    }
  } catch (error) {
    throw fileError(error, name)
  }
  return undefined
}

/** Reads up to the length of the buffer; false when the file ended before. */
async function fill(handle: FileHandle, into: Buffer, position: number): Promise<boolean> {
  for (let at = 0; at < into.length; ) {
    const { bytesRead } = await handle.read(into, at, into.length - at, position + at)
    if (bytesRead === 0) return false
    at += bytesRead
  }
  return true
}

/**
 * The content of a file as it comes, one read ahead of the reader. For a file that has not changed since it was
 * listed: should it change under the reading, what went out cannot be called back, and this throws `unavailable`; at the
 * next attempt the file is known to have changed, and is read by `spool`.
 */
export async function* streamUnmoved(
  file: OpenedFile,
  name: string,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  yield* chunksOf(file.handle, Number(file.stats.size), name, signal)
  const after = await file.handle.stat({ bigint: true })
  if (!isUnmoved(file.stats, after)) throw movedWhileRead(name)
}

export async function* chunksOf(
  handle: FileHandle,
  bytes: number,
  name: string,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  const readAt = (position: number) => {
    const chunk = Buffer.allocUnsafeSlow(Math.min(streamChunkBytes, bytes - position))
    const reading = fill(handle, chunk, position).then((complete) => (complete ? chunk : undefined))
    // Awaited below, unless the reader goes away first.
    reading.catch(() => {})
    return reading
  }
  let next = bytes > 0 ? readAt(0) : undefined
  try {
    for (let position = 0; next !== undefined; ) {
      throwIfCancelled(signal)
      const chunk = await next
      if (chunk === undefined) throw movedWhileRead(name)
      position += chunk.length
      next = position < bytes ? readAt(position) : undefined
      yield chunk
    }
  } catch (error) {
    throw fileError(error, name)
  } finally {
    // The handle must not be closed under a read.
    await next?.catch(() => {})
  }
}

/**
 * A large file that is being written to, copied whole to a file of our own that has no name and goes away with its
 * handle. Undefined when it changed during both of two copies.
 */
export async function spool(
  file: OpenedFile,
  name: string,
  signal: AbortSignal,
): Promise<{ copy: FileHandle; stats: BigIntStats } | undefined> {
  const copy = await namelessFile()
  try {
    let before = file.stats
    for (let attempt = 1; attempt <= attempts; attempt++) {
      await copy.truncate(0)
      let complete = true
      let position = 0
      try {
        for await (const chunk of chunksOf(file.handle, Number(before.size), name, signal)) {
          await copy.write(chunk, 0, chunk.length, position)
          position += chunk.length
        }
      } catch (error) {
        if (!(error instanceof MovedError)) throw error
        complete = false
      }
      const after = await file.handle.stat({ bigint: true })
      if (complete && isUnmoved(before, after)) return { copy, stats: after }
      before = after
    }
  } catch (error) {
    await copy.close()
    throw fileError(error, name)
  }
  await copy.close()
  return undefined
}

async function namelessFile(): Promise<FileHandle> {
  const folder = await mkdtemp(join(tmpdir(), 'reversibility-'))
  const path = join(folder, 'copy')
  const handle = await open(path, 'wx+', 0o600)
  await unlink(path)
  await rmdir(folder)
  return handle
}

/** The file ended before its size, or was written to, while it went out. */
class MovedError extends ReversibilityError {}

function movedWhileRead(name: string): MovedError {
  return new MovedError('unavailable', `${name} was written to while it was read.`, {
    remedy: 'Read the part again: the file is then copied whole first, or reported.',
    subject: name,
  })
}
