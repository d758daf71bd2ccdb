import { type BigIntStats, close, constants, lstat, open, readdir, readlink } from 'node:fs'
import { promisify } from 'node:util'
import type { Discovered } from '../connector.ts'
import { displayPath, type Entry } from './entry.ts'
import { fileError, isGone, throwIfCancelled } from './file-error.ts'
import type { Owners } from './owners.ts'
import type { TreeSelection } from './selection.ts'

export interface WalkOptions {
  /** Absolute. */
  root: Buffer
  selection: TreeSelection
  crossMounts: boolean
  owners: Owners
  /** Dataset to name in omissions. */
  datasetId: string
  /** Tries to open every file: what may be listed may still not be readable. */
  checkReadable: boolean
  /** Files held open at once by that check. */
  maxOpen: number
}

export type Walked = { type: 'entry'; entry: Entry } | Exclude<Discovered, { type: 'dataset' | 'neighbour' }>

const statsInFlight = 64
const slash = Buffer.from('/')

const lstatOf = (path: Buffer) =>
  new Promise<BigIntStats>((resolve, reject) => {
    lstat(path, { bigint: true }, (error, stats) => (error ? reject(error) : resolve(stats)))
  })
const namesIn = (path: Buffer) =>
  new Promise<Buffer[]>((resolve, reject) => {
    readdir(path, { encoding: 'buffer' }, (error, names) => (error ? reject(error) : resolve(names)))
  })
const targetOf = (path: Buffer) =>
  new Promise<Buffer>((resolve, reject) => {
    readlink(path, { encoding: 'buffer' }, (error, target) => (error ? reject(error) : resolve(target)))
  })
const openFile = promisify(open)
const closeFile = promisify(close)

interface Looked {
  name: Buffer
  path: Buffer
  /** Undefined when it went away between two looks: it is then not part of the tree. */
  stats?: BigIntStats
  target?: Buffer
  refused?: unknown
}

interface Folder {
  path: Buffer
  device: bigint
}

export function joinPath(parent: Uint8Array, name: Uint8Array): Buffer {
  return parent.length === 0 ? Buffer.from(name) : Buffer.concat([parent, slash, name])
}

/**
 * Every entry below the root once, a folder before what it holds, names of one folder in the order of their bytes.
 * The root itself is not an entry. Links are not followed. Memory is one folder's names for each level of depth,
 * and one path for each file that has further names still to be met.
 */
export async function* walkTree(options: WalkOptions, signal: AbortSignal): AsyncGenerator<Walked> {
  throwIfCancelled(signal)
  const rootStats = await lstatOf(options.root).catch((error) => {
    throw fileError(error, displayPath(options.root))
  })
  // A root that is itself a link is the one link a person asked to follow.
  const device = rootStats.isSymbolicLink()
    ? (await lstatOf(joinPath(options.root, Buffer.from('.')))).dev
    : rootStats.dev
  yield* walkFolder(options, { path: Buffer.alloc(0), device }, new Map(), signal)
}

type Linked = Map<string, { path: Buffer; namesLeft: bigint }>

async function* walkFolder(
  options: WalkOptions,
  folder: Folder,
  linked: Linked,
  signal: AbortSignal,
): AsyncGenerator<Walked> {
  let names: Buffer[]
  const absolute = folder.path.length === 0 ? options.root : joinPath(options.root, folder.path)
  try {
    names = await namesIn(absolute)
  } catch (error) {
    // The root has no parent to be reported in: it is there and listed, or there is no reading.
    if (folder.path.length === 0) throw fileError(error, displayPath(options.root))
    if (isGone(error)) return
    yield refusal(options, folder.path, error, 'folder')
    return
  }
  names.sort(Buffer.compare)
  let notIncluded = 0
  for (let at = 0; at < names.length; at += statsInFlight) {
    throwIfCancelled(signal)
    const batch = await lookAt(options, folder.path, names.slice(at, at + statsInFlight))
    for (const looked of batch) {
      const { path, stats } = looked
      if (stats === undefined) {
        if (looked.refused !== undefined) yield refusal(options, path, looked.refused, 'entry')
        continue
      }
      const wish = options.selection.of(path, stats.isDirectory())
      if (wish === 'excluded') {
        yield omission(options, path, 'excluded-by-plan', 'The plan excludes it.')
      } else if (wish === 'not-included') {
        notIncluded++
      } else {
        if (looked.refused !== undefined) yield refusal(options, path, looked.refused, 'file')
        yield* entriesOf(options, looked, stats, folder, linked, signal)
      }
    }
  }
  if (notIncluded > 0) {
    const item = folder.path.length === 0 ? Buffer.from('.') : folder.path
    const reason = `The plan includes none of ${notIncluded} of the ${names.length} entries of this folder.`
    yield omission(options, item, 'excluded-by-plan', reason)
  }
}

async function* entriesOf(
  options: WalkOptions,
  looked: Looked,
  stats: BigIntStats,
  folder: Folder,
  linked: Linked,
  signal: AbortSignal,
): AsyncGenerator<Walked> {
  const { path } = looked
  if (stats.isDirectory()) {
    yield { type: 'entry', entry: entryOf(options, path, stats, 'directory') }
    if (stats.dev !== folder.device && !options.crossMounts) {
      yield omission(
        options,
        path,
        'excluded-by-plan',
        'Another file system is mounted here, and crossMounts is off.',
      )
    } else {
      yield* walkFolder(options, { path, device: stats.dev }, linked, signal)
    }
  } else if (stats.isSymbolicLink()) {
    if (looked.target === undefined) return
    yield { type: 'entry', entry: { ...entryOf(options, path, stats, 'symlink'), target: looked.target } }
  } else if (stats.isFile()) {
    const first = stats.nlink > 1n ? firstName(linked, path, stats) : undefined
    const entry = entryOf(options, path, stats, first === undefined ? 'file' : 'hardlink')
    entry.bytes = Number(stats.size)
    yield { type: 'entry', entry: first === undefined ? entry : { ...entry, target: first } }
  } else {
    const what = stats.isSocket() ? 'socket' : stats.isFIFO() ? 'named pipe' : 'device'
    yield omission(options, path, 'cannot-be-exported', `It is a ${what}: it has no content to hand over.`)
  }
}

/** The path under which this file's content came already; undefined the first time. */
function firstName(linked: Linked, path: Buffer, stats: BigIntStats): Buffer | undefined {
  const key = `${stats.dev}:${stats.ino}`
  const known = linked.get(key)
  if (known === undefined) {
    linked.set(key, { path, namesLeft: stats.nlink - 1n })
    return undefined
  }
  known.namesLeft -= 1n
  if (known.namesLeft <= 0n) linked.delete(key)
  return known.path
}

async function lookAt(options: WalkOptions, folder: Buffer, names: Buffer[]): Promise<Looked[]> {
  const looked = await Promise.all(
    names.map(async (name): Promise<Looked> => {
      const path = joinPath(folder, name)
      const absolute = joinPath(options.root, path)
      try {
        const stats = await lstatOf(absolute)
        if (!stats.isSymbolicLink()) return { name, path, stats }
        return { name, path, stats, target: await targetOf(absolute) }
      } catch (error) {
        return isGone(error) ? { name, path } : { name, path, refused: error }
      }
    }),
  )
  if (options.checkReadable) {
    const files = looked.filter((each) => each.stats?.isFile())
    for (let at = 0; at < files.length; at += options.maxOpen) {
      await Promise.all(files.slice(at, at + options.maxOpen).map((each) => tryOpening(options.root, each)))
    }
  }
  return looked
}

async function tryOpening(root: Buffer, looked: Looked): Promise<void> {
  try {
    const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK
    await closeFile(await openFile(joinPath(root, looked.path), flags))
  } catch (error) {
    if (!isGone(error)) looked.refused = error
  }
}

function entryOf(options: WalkOptions, path: Buffer, stats: BigIntStats, type: Entry['type']): Entry {
  const uid = Number(stats.uid)
  const gid = Number(stats.gid)
  return {
    type,
    path,
    bytes: 0,
    mode: Number(stats.mode & 0o7777n),
    uid,
    gid,
    user: options.owners.user(uid),
    group: options.owners.group(gid),
    mtimeNanoseconds: stats.mtimeNs,
    inode: stats.ino,
  }
}

function omission(
  options: WalkOptions,
  path: Buffer,
  code: 'cannot-be-exported' | 'excluded-by-plan',
  reason: string,
): Walked {
  return {
    type: 'omission',
    omission: { datasetId: options.datasetId, item: displayPath(path), reason, code },
  }
}

/** What may not be seen makes the reading partial; what no call can reach is left out; the rest may pass, and is thrown. */
function refusal(options: WalkOptions, path: Buffer, error: unknown, what: string): Walked {
  const code = (error as NodeJS.ErrnoException).code
  const item = displayPath(path)
  if (code === 'EACCES' || code === 'EPERM') {
    const remedy = `Let the worker's user read ${item}, for example with setfacl, or exclude it in the plan.`
    return { type: 'partial-access', item, reason: `The worker's user may not read this ${what}.`, remedy }
  }
  if (code === 'ENAMETOOLONG') {
    return omission(
      options,
      path,
      'cannot-be-exported',
      'Its path is longer than the 4,095 bytes a program may name.',
    )
  }
  throw fileError(error, item)
}
