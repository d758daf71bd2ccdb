import { isUtf8 } from 'node:buffer'
import { contentBytes, decimalSeconds, type Entry, wholeSeconds } from './entry.ts'

export const tarBlockBytes = 512
/** Two blocks of zeros end an archive (pax(1), "ustar Interchange Format"). */
export const tarEnd = Buffer.alloc(2 * tarBlockBytes)

const maxNameBytes = 100
const maxOwnerBytes = 31
const maxOctalId = 0o7777777
const maxOctalSeconds = 0o77777777777
const maxOctalBytes = 0o77777777777
const overflowId = 65_534
const typeFlags = { file: '0', hardlink: '1', symlink: '2', directory: '5' } as const

/** Zeros that follow content of this length, up to a whole block. */
export function tarPadding(bytes: number): number {
  return (tarBlockBytes - (bytes % tarBlockBytes)) % tarBlockBytes
}

/**
 * The blocks that announce one entry, a function of the entry alone: a ustar header, after a PAX header for what ustar
 * cannot say (long or accented names, fractions of seconds, large numbers). Names that are not UTF-8 stand as
 * their own bytes in the ustar header, or in a GNU long name when longer than 100: PAX records are UTF-8 by
 * definition, and readers differ on the `hdrcharset` that would say otherwise.
 */
export function tarHeader(entry: Entry): Buffer {
  const blocks: Buffer[] = []
  const pax: string[] = []
  const name = entry.type === 'directory' ? Buffer.concat([entry.path, Buffer.from('/')]) : entry.path
  const link = entry.target ?? Buffer.alloc(0)
  const shortName = shorten({ bytes: name, paxKey: 'path', gnuFlag: 'L' }, pax, blocks)
  const shortLink = shorten({ bytes: link, paxKey: 'linkpath', gnuFlag: 'K' }, pax, blocks)
  const seconds = wholeSeconds(entry.mtimeNanoseconds)
  const bytes = contentBytes(entry)
  if (entry.mtimeNanoseconds % 1_000_000_000n !== 0n || seconds < 0 || seconds > maxOctalSeconds) {
    pax.push(paxRecord('mtime', decimalSeconds(entry.mtimeNanoseconds)))
  }
  if (entry.uid > maxOctalId) pax.push(paxRecord('uid', String(entry.uid)))
  if (entry.gid > maxOctalId) pax.push(paxRecord('gid', String(entry.gid)))
  if (!isShortAscii(entry.user)) pax.push(paxRecord('uname', entry.user))
  if (!isShortAscii(entry.group)) pax.push(paxRecord('gname', entry.group))
  if (bytes > maxOctalBytes) pax.push(paxRecord('size', String(bytes)))
  const fieldSeconds = Math.min(Math.max(seconds, 0), maxOctalSeconds)
  if (pax.length > 0) {
    const content = Buffer.from(pax.join(''))
    const header = { name: Buffer.from('PaxHeader'), flag: 'x', bytes: content.length, seconds: fieldSeconds }
    blocks.push(ustar(header), content, Buffer.alloc(tarPadding(content.length)))
  }
  blocks.push(
    ustar({
      name: shortName,
      flag: typeFlags[entry.type],
      bytes,
      seconds: fieldSeconds,
      link: shortLink,
      mode: entry.mode,
      uid: entry.uid,
      gid: entry.gid,
      user: isShortAscii(entry.user) ? entry.user : '',
      group: isShortAscii(entry.group) ? entry.group : '',
    }),
  )
  return blocks.length === 1 ? blocks[0]! : Buffer.concat(blocks)
}

/** What to put in the 100 bytes of the header, after having put the whole name where readers look for it first. */
function shorten(
  name: { bytes: Buffer; paxKey: string; gnuFlag: string },
  pax: string[],
  blocks: Buffer[],
): Buffer {
  const { bytes } = name
  const ascii = isAscii(bytes)
  if (bytes.length <= maxNameBytes && ascii) return bytes
  if (isUtf8(bytes)) {
    pax.push(paxRecord(name.paxKey, bytes.toString()))
    return Buffer.from(bytes.subarray(0, maxNameBytes)).map((byte) => (byte < 0x80 ? byte : 0x5f)) as Buffer
  }
  if (bytes.length <= maxNameBytes) return bytes
  const content = Buffer.concat([bytes, Buffer.alloc(1)])
  const header = { name: Buffer.from('././@LongLink'), flag: name.gnuFlag, bytes: content.length, seconds: 0 }
  blocks.push(ustar(header), content, Buffer.alloc(tarPadding(content.length)))
  return bytes.subarray(0, maxNameBytes)
}

interface UstarFields {
  name: Buffer
  flag: string
  bytes: number
  seconds: number
  link?: Buffer
  mode?: number
  uid?: number
  gid?: number
  user?: string
  group?: string
}

function ustar(fields: UstarFields): Buffer {
  const block = Buffer.alloc(tarBlockBytes)
  fields.name.copy(block, 0, 0, maxNameBytes)
  octal(block, 100, 7, fields.mode ?? 0o644)
  octal(block, 108, 7, idField(fields.uid ?? 0))
  octal(block, 116, 7, idField(fields.gid ?? 0))
  if (fields.bytes <= maxOctalBytes) octal(block, 124, 11, fields.bytes)
  else {
    // Base 256, for readers that know no PAX.
    block[124] = 0x80
    block.writeBigUInt64BE(BigInt(fields.bytes), 128)
  }
  octal(block, 136, 11, fields.seconds)
  block.write(fields.flag, 156, 'latin1')
  fields.link?.copy(block, 157, 0, maxNameBytes)
  block.write('ustar\x0000', 257, 'latin1')
  if (fields.user) block.write(fields.user, 265, 'latin1')
  if (fields.group) block.write(fields.group, 297, 'latin1')
  octal(block, 329, 7, 0)
  octal(block, 337, 7, 0)
  let sum = 8 * 0x20
  for (let at = 0; at < tarBlockBytes; at++) sum += block[at]!
  octal(block, 148, 6, sum)
  block[155] = 0x20
  return block
}

function octal(block: Buffer, offset: number, digits: number, value: number): void {
  block.write(value.toString(8).padStart(digits, '0'), offset, 'latin1')
}

function idField(id: number): number {
  return id > maxOctalId ? overflowId : id
}

function isAscii(bytes: Buffer): boolean {
  for (const byte of bytes) if (byte >= 0x80) return false
  return true
}

function isShortAscii(text: string): boolean {
  return text.length <= maxOwnerBytes && /^[\x20-\x7e]*$/.test(text)
}

/** `length key=value\n`, where length counts itself. */
function paxRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`
  const restBytes = Buffer.byteLength(rest)
  let length = restBytes + String(restBytes).length
  if (String(length).length > String(restBytes).length) length = restBytes + String(length).length
  return `${length}${rest}`
}

/** Bytes that an entry takes in an archive, but for what a long name adds. */
export function tarBytes(entry: Entry): number {
  const bytes = contentBytes(entry)
  return tarBlockBytes + bytes + tarPadding(bytes)
}
