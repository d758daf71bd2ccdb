import { createHash } from 'node:crypto'
import { type BigIntStats, closeSync, constants, fstatSync, open, read } from 'node:fs'
import { lstat } from 'node:fs/promises'
import { promisify } from 'node:util'
import { entryBytes, type Fingerprint } from '../../contract/fingerprint.ts'
import { DigestSum } from './digest-sum.ts'
import { asItIsNow, displayPath, type Entry, isAsListed, wholeSeconds } from './entry.ts'
import { fileError, isGone, throwIfCancelled } from './file-error.ts'
import type { Slots } from './slots.ts'
import { isInside, isUnmoved } from './stable-file.ts'
import { joinPath } from './walk.ts'

export interface TreeFingerprintOptions {
  root: Buffer
  /** In any order. */
  entries: AsyncIterable<Entry>
  openFiles: Slots
  signal: AbortSignal
}

const filesAtOnce = 16
const maxReadBytes = 256 * 1024
const openFile = promisify(open)
const readFile = promisify(read)

/**
 * Count and digest of the entries, the content of files read anew from the tree and hashed by itself: it shares
 * the listing with the tar, and nothing else. A file that changed since the listing counts as it is now, as the tar
 * delivers it; one that went away, or does not hold still, does not count, as the tar leaves it out.
 */
export async function fingerprintTree(options: TreeFingerprintOptions): Promise<Fingerprint> {
  const sum = new DigestSum()
  const underWay = new Set<Promise<void>>()
  const failures: unknown[] = []
  throwIfCancelled(options.signal)
  try {
    for await (const entry of options.entries) {
      throwIfCancelled(options.signal)
      if (failures.length > 0) throw failures[0]
      if (entry.type === 'directory' || entry.type === 'symlink') {
        sum.add(recordOf(entry, entry.target ?? ''))
        continue
      }
      while (underWay.size >= filesAtOnce) await Promise.race(underWay)
      const work: Promise<void> = options.openFiles
        .run(() => addFile(options, entry, sum))
        .catch((error) => void failures.push(error))
        .finally(() => underWay.delete(work))
      underWay.add(work)
    }
  } finally {
    await Promise.all(underWay)
  }
  throwIfCancelled(options.signal)
  if (failures.length > 0) throw failures[0]
  return sum.fingerprint()
}

function recordOf(entry: Entry, detail: string | Uint8Array): Uint8Array {
  const { type, path, mode } = entry
  return entryBytes({ type, path, mode, mtimeSeconds: wholeSeconds(entry.mtimeNanoseconds), detail })
}

async function addFile(options: TreeFingerprintOptions, entry: Entry, sum: DigestSum): Promise<void> {
  const { root, signal } = options
  if (entry.type === 'hardlink' && (await namesOneFile(root, entry))) {
    sum.add(recordOf(entry, entry.target!))
    return
  }
  for (let attempt = 1; attempt <= 2; attempt++) {
    const hashed = await hashFile(joinPath(root, entry.path), displayPath(entry.path), signal)
    if (hashed === 'gone') return
    if (hashed === 'moved') continue
    // Another file, maybe one that a link leads to by now: what is outside the tree does not count.
    if (hashed.stats.ino !== entry.inode && !(await isInside(root, entry.path))) return
    const asListed = entry.type === 'file' && isAsListed(entry, hashed.stats)
    sum.add(recordOf(asListed ? entry : asItIsNow(entry, hashed.stats), hashed.sha256))
    return
  }
}

async function namesOneFile(root: Buffer, entry: Entry): Promise<boolean> {
  const [own, first] = await Promise.all([statsOf(root, entry.path), statsOf(root, entry.target!)])
  return (
    own !== undefined &&
    own.ino === entry.inode &&
    own.ino === first?.ino &&
    own.dev === first.dev &&
    own.mtimeNs === entry.mtimeNanoseconds
  )
}

async function statsOf(root: Buffer, path: Buffer): Promise<BigIntStats | undefined> {
  try {
    return await lstat(joinPath(root, path), { bigint: true })
  } catch (error) {
    if (isGone(error)) return undefined
    throw fileError(error, displayPath(path))
  }
}

type Hashed = { sha256: string; stats: BigIntStats } | 'gone' | 'moved'

/**
 * The content of a file, hashed. Opening and reading may wait for the disk and are left to the thread pool; looking at and
 * closing a file just read do not, and are cheaper done at once.
 */
async function hashFile(path: Buffer, name: string, signal: AbortSignal): Promise<Hashed> {
  let descriptor: number | undefined
  try {
    descriptor = await openFile(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    const before = fstatSync(descriptor, { bigint: true })
    if (!before.isFile()) return 'gone'
    const sha256 = createHash('sha256')
    const bytes = Number(before.size)
    const buffer = Buffer.allocUnsafeSlow(Math.min(maxReadBytes, bytes))
    for (let at = 0; at < bytes; ) {
      throwIfCancelled(signal)
      const { bytesRead } = await readFile(descriptor, buffer, 0, Math.min(buffer.length, bytes - at), at)
      if (bytesRead === 0) return 'moved'
      sha256.update(buffer.subarray(0, bytesRead))
      at += bytesRead
    }
    const after = fstatSync(descriptor, { bigint: true })
    return isUnmoved(before, after) ? { sha256: sha256.digest('hex'), stats: after } : 'moved'
  } catch (error) {
    if (isGone(error) || ['ELOOP', 'ENXIO'].includes((error as NodeJS.ErrnoException).code ?? ''))
      return 'gone'
    throw fileError(error, name)
  } finally {
    if (descriptor !== undefined) closeSync(descriptor)
  }
}
