import { isUtf8 } from 'node:buffer'
import type { BigIntStats } from 'node:fs'
import type { EntryType } from '../../contract/fingerprint.ts'

/** One entry of a tree as it was when the tree was listed. */
export interface Entry {
  type: EntryType
  /** The name's own bytes, relative to the root, `/` between folders. */
  path: Buffer
  /** Of the content of a file, under each of its names; 0 for all else. */
  bytes: number
  /** The twelve permission bits. */
  mode: number
  uid: number
  gid: number
  /** Empty when the machine has no name for the number. */
  user: string
  group: string
  mtimeNanoseconds: bigint
  inode: bigint
  /** `symlink`: where it points, untouched. `hardlink`: the path of the entry that holds the content. */
  target?: Buffer
}

/** One line of the listing. Names that are not UTF-8 stand in base64, under `pathBase64` and `targetBase64`. */
interface Line {
  path?: string
  pathBase64?: string
  type: EntryType
  bytes: number
  mode: string
  uid: number
  gid: number
  user?: string
  group?: string
  /** Seconds since 1970 with their nine decimals. */
  mtime: string
  inode: string
  target?: string
  targetBase64?: string
}

const nanoseconds = 1_000_000_000n

export function entryLine(entry: Entry): string {
  const line: Line = {
    ...(isUtf8(entry.path) ? { path: entry.path.toString() } : { pathBase64: entry.path.toString('base64') }),
    type: entry.type,
    bytes: entry.bytes,
    mode: entry.mode.toString(8).padStart(4, '0'),
    uid: entry.uid,
    gid: entry.gid,
    mtime: decimalSeconds(entry.mtimeNanoseconds),
    inode: String(entry.inode),
  }
  if (entry.user !== '') line.user = entry.user
  if (entry.group !== '') line.group = entry.group
  if (entry.target !== undefined) {
    if (isUtf8(entry.target)) line.target = entry.target.toString()
    else line.targetBase64 = entry.target.toString('base64')
  }
  return JSON.stringify(line)
}

export function parseEntryLine(text: string): Entry {
  const line = JSON.parse(text) as Line
  const path = bytesOf(line.path, line.pathBase64)
  const target = bytesOf(line.target, line.targetBase64)
  if (path === undefined) throw new Error('A line of the listing has no path.')
  return {
    type: line.type,
    path,
    bytes: line.bytes,
    mode: Number.parseInt(line.mode, 8),
    uid: line.uid,
    gid: line.gid,
    user: line.user ?? '',
    group: line.group ?? '',
    mtimeNanoseconds: parseDecimalSeconds(line.mtime),
    inode: BigInt(line.inode),
    ...(target === undefined ? {} : { target }),
  }
}

function bytesOf(text: string | undefined, base64: string | undefined): Buffer | undefined {
  if (text !== undefined) return Buffer.from(text)
  return base64 === undefined ? undefined : Buffer.from(base64, 'base64')
}

/** Bytes that an archive holds for this entry. */
export function contentBytes(entry: Entry): number {
  return entry.type === 'file' ? entry.bytes : 0
}

export function wholeSeconds(timeNanoseconds: bigint): number {
  const seconds = timeNanoseconds / nanoseconds
  return Number(timeNanoseconds % nanoseconds < 0n ? seconds - 1n : seconds)
}

/** `1700000000.123456789`, and for times before 1970 `-0.500000000`: the decimal number itself, as PAX writes it. */
export function decimalSeconds(timeNanoseconds: bigint): string {
  const size = timeNanoseconds < 0n ? -timeNanoseconds : timeNanoseconds
  const fraction = String(size % nanoseconds).padStart(9, '0')
  return `${timeNanoseconds < 0n ? '-' : ''}${size / nanoseconds}.${fraction}`
}

/** The inverse of `decimalSeconds`; digits past the ninth are dropped. Throws on anything else. */
export function parseDecimalSeconds(text: string): bigint {
  const match = /^(-?)(\d{1,18})(?:\.(\d*))?$/.exec(text)
  if (match === null) throw new Error('This is not a time in decimal seconds.')
  const size = BigInt(match[2]!) * nanoseconds + BigInt((match[3] ?? '').slice(0, 9).padEnd(9, '0'))
  return match[1] === '-' ? -size : size
}

/** A path for people and reports: the text itself, or with `\xNN` for every byte that is not ASCII when it is not UTF-8. */
export function displayPath(path: Uint8Array): string {
  const bytes = Buffer.from(path.buffer, path.byteOffset, path.byteLength)
  if (isUtf8(bytes)) return bytes.toString()
  return bytes
    .toString('latin1')
    .replace(/[\\\x80-\xff]/g, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`)
}

/** True when a file is still the one that was listed. */
export function isAsListed(entry: Entry, stats: BigIntStats): boolean {
  return (
    stats.isFile() &&
    stats.ino === entry.inode &&
    Number(stats.size) === entry.bytes &&
    stats.mtimeNs === entry.mtimeNanoseconds &&
    Number(stats.mode & 0o7777n) === entry.mode &&
    Number(stats.uid) === entry.uid &&
    Number(stats.gid) === entry.gid
  )
}

/** The entry as the file is now, for one that changed since the listing. */
export function asItIsNow(entry: Entry, stats: BigIntStats): Entry {
  const { target: _, ...rest } = entry
  return {
    ...rest,
    type: 'file',
    bytes: Number(stats.size),
    mode: Number(stats.mode & 0o7777n),
    uid: Number(stats.uid),
    gid: Number(stats.gid),
    user: Number(stats.uid) === entry.uid ? entry.user : '',
    group: Number(stats.gid) === entry.gid ? entry.group : '',
    mtimeNanoseconds: stats.mtimeNs,
    inode: stats.ino,
  }
}
