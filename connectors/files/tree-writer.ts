import { constants } from 'node:fs'
import {
  chmod,
  type FileHandle,
  lchown,
  link,
  lstat,
  lutimes,
  mkdir,
  open,
  symlink,
  unlink,
  utimes,
} from 'node:fs/promises'
import { ReversibilityError } from '../../contract/errors.ts'
import type { EntryType } from '../../contract/fingerprint.ts'
import { displayPath } from './entry.ts'
import { fileError } from './file-error.ts'
import { joinPath } from './walk.ts'

export interface WrittenEntry {
  type: EntryType
  /** Relative and safe; empty for the root itself. */
  path: Buffer
  target: Buffer
  bytes: number
  mode: number
  uid: number
  gid: number
  mtimeNanoseconds: bigint
}

const filesAtOnce = 16
const maxSmallBytes = 1024 * 1024
const ownerAll = 0o700

/**
 * Writes entries below a root that nobody else writes to. Every folder on the way to an entry is made or looked at,
 * and must be a folder and no link; what stands where an entry goes is removed first and never written through.
 * Folders get their permissions and times at the end, when nothing more goes into them.
 */
export class TreeWriter {
  readonly #root: Buffer
  readonly #isRoot = process.geteuid?.() === 0
  readonly #folders = new Set<string>()
  readonly #madeFolders = new Map<string, WrittenEntry>()
  readonly #underWay = new Map<string, Promise<void>>()
  readonly #keepMode: (path: Buffer, mode: number) => Promise<void>
  #failure: unknown

  /** `keepMode` remembers the permissions of a folder that its owner could not enter, to be set at the very end. */
  constructor(root: Buffer, keepMode: (path: Buffer, mode: number) => Promise<void>) {
    this.#root = root
    this.#keepMode = keepMode
  }

  /** Small files are written beside the next entries; all else when this resolves. */
  async add(entry: WrittenEntry, content: AsyncIterable<Uint8Array>): Promise<void> {
    this.#throwFailure()
    if (entry.path.length === 0) return
    try {
      await this.#enter(parentOf(entry.path))
      if (entry.type === 'file' && entry.bytes <= maxSmallBytes) return await this.#addSmall(entry, content)
      await this.settle()
      this.#throwFailure()
      if (entry.type === 'directory') return await this.#addFolder(entry)
      if (entry.type === 'file') return await this.#writeFile(entry, content)
      await this.#makeWay(entry.path)
      if (entry.type === 'symlink') await this.#addSymlink(entry)
      else await this.#addHardlink(entry)
    } catch (error) {
      throw fileError(error, displayPath(entry.path))
    }
  }

  /** Completes folders, the deepest first. */
  async finish(): Promise<void> {
    await this.settle()
    this.#throwFailure()
    for (const entry of [...this.#madeFolders.values()].reverse()) {
      const path = joinPath(this.#root, entry.path)
      if (this.#isRoot) await lchown(path, entry.uid, entry.gid)
      if (!this.#isRoot && (entry.mode & ownerAll) !== ownerAll) await this.#keepMode(entry.path, entry.mode)
      await chmod(path, this.#isRoot ? entry.mode : entry.mode | ownerAll)
      const time = timeOf(entry)
      await utimes(path, time, time)
    }
  }

  /** Waits for what is under way, so that nothing is open. */
  async settle(): Promise<void> {
    await Promise.all(this.#underWay.values())
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure
  }

  async #addSmall(entry: WrittenEntry, content: AsyncIterable<Uint8Array>): Promise<void> {
    const chunks: Uint8Array[] = []
    for await (const chunk of content) chunks.push(chunk)
    const key = entry.path.toString('latin1')
    await this.#underWay.get(key)
    while (this.#underWay.size >= filesAtOnce) await Promise.race(this.#underWay.values())
    const writing = this.#writeFile(entry, chunks)
      .catch((error) => {
        this.#failure ??= fileError(error, displayPath(entry.path))
      })
      .finally(() => this.#underWay.delete(key))
    this.#underWay.set(key, writing)
  }

  async #writeFile(
    entry: WrittenEntry,
    content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  ): Promise<void> {
    const path = joinPath(this.#root, entry.path)
    await using file = await this.#create(path)
    let bytes = 0
    for await (const chunk of content) {
      await file.writev([chunk])
      bytes += chunk.length
    }
    if (bytes !== entry.bytes) throw refused(entry.path, 'is cut short')
    // Owner first: changing it clears the bits that run a program as its owner.
    if (this.#isRoot) await file.chown(entry.uid, entry.gid)
    await file.chmod(entry.mode)
    const time = timeOf(entry)
    await file.utimes(time, time)
  }

  async #create(path: Buffer): Promise<FileHandle> {
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW
    try {
      return await open(path, flags, 0o600)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
    await this.#makeWay(path.subarray(this.#root.length + 1))
    return await open(path, flags, 0o600)
  }

  /** Removes what a volume loaded before, or loaded halfway, left at this path. A folder stays, and is a refusal. */
  async #makeWay(path: Buffer): Promise<void> {
    const absolute = joinPath(this.#root, path)
    const stats = await lstat(absolute).catch(ignoreMissing)
    if (stats === undefined) return
    if (stats.isDirectory()) throw refused(path, 'is a folder already')
    await unlink(absolute)
  }

  async #addFolder(entry: WrittenEntry): Promise<void> {
    await this.#enter(entry.path)
    const key = entry.path.toString('latin1')
    // Last in the order of the archive, so that folders within come first when the order is turned round.
    this.#madeFolders.delete(key)
    this.#madeFolders.set(key, entry)
  }

  async #addSymlink(entry: WrittenEntry): Promise<void> {
    if (entry.target.length === 0 || entry.target.includes(0)) throw refused(entry.path, 'links nowhere')
    const path = joinPath(this.#root, entry.path)
    await symlink(entry.target, path)
    if (this.#isRoot) await lchown(path, entry.uid, entry.gid)
    const time = timeOf(entry)
    await lutimes(path, time, time)
  }

  async #addHardlink(entry: WrittenEntry): Promise<void> {
    await this.#enter(parentOf(entry.target))
    const target = joinPath(this.#root, entry.target)
    const stats = await lstat(target).catch(ignoreMissing)
    if (entry.target.length === 0 || !stats?.isFile()) {
      throw refused(
        entry.path,
        'is a second name of a file that is not there: load the volumes in their order',
      )
    }
    await link(target, joinPath(this.#root, entry.path))
  }

  /** Makes sure that every folder down to this one is there, and is a folder. */
  async #enter(folder: Buffer): Promise<void> {
    const key = folder.toString('latin1')
    if (folder.length === 0 || this.#folders.has(key)) return
    await this.#enter(parentOf(folder))
    const path = joinPath(this.#root, folder)
    try {
      await mkdir(path, ownerAll)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      // A file of that name may still be on its way to the disk.
      const stats = await lstat(path)
      if (!stats.isDirectory())
        throw refused(folder, 'is not a folder, and the archive wants to write below it')
      if (!this.#isRoot && (stats.mode & ownerAll) !== ownerAll) await chmod(path, stats.mode | ownerAll)
    }
    this.#folders.add(key)
  }
}

function parentOf(path: Buffer): Buffer {
  const slash = path.lastIndexOf(0x2f)
  return slash < 0 ? Buffer.alloc(0) : path.subarray(0, slash)
}

/** Seconds as `utimes` takes them: a double, cut to microseconds by the system, hence the half of one on top. */
function timeOf(entry: WrittenEntry): number {
  const microseconds = Number(entry.mtimeNanoseconds / 1000n)
  return entry.mtimeNanoseconds % 1_000_000_000n === 0n
    ? Number(entry.mtimeNanoseconds / 1_000_000_000n)
    : (microseconds + 0.5) / 1_000_000
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
}

function refused(path: Buffer, what: string): ReversibilityError {
  const name = displayPath(path)
  return new ReversibilityError('integrity-mismatch', `${name} ${what}.`, {
    remedy: 'Do not use this volume: fetch it again, or have it made again.',
    subject: name,
  })
}
