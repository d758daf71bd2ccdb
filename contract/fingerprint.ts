/**
 * A fingerprint says what a dataset holds, whatever the order: how many records, and the sum modulo 2^64 of
 * the first eight bytes (big-endian, unsigned) of the SHA-256 of every record's canonical bytes. A sum and not an exclusive or, so that
 * a record delivered twice shows. It guards against mistakes; the signed SHA-256 manifest guards against people.
 *
 * Canonical bytes of a record:
 * - `row`: the UTF-8 text of the row in PostgreSQL's record output form, `(a,"b c",)`: NULL is nothing, the
 *   empty string is `""`, a field that is empty or holds a quote, backslash, parenthesis, comma or white space (space, \t, \n, \r, \v, \f) is
 *   quoted, and quotes and backslashes are doubled. Any SQL server can compute it; so can a CSV reader.
 * - `entry`: one line `type NUL path NUL mode NUL mtime NUL detail`, see `entryBytes`.
 * - `line`: the bytes of one line of JSON Lines, without its end of line.
 */
export interface Fingerprint {
  records: number
  /** 16 lower-case hexadecimal digits. */
  digest: string
}

export const emptyFingerprint: Fingerprint = { records: 0, digest: '0000000000000000' }

const modulus = 1n << 64n

export function fingerprintOf(records: number, sum: bigint): Fingerprint {
  const digest = (((sum % modulus) + modulus) % modulus).toString(16).padStart(16, '0')
  return { records, digest }
}

/** The fingerprint of the union of disjoint parts. */
export function combineFingerprints(parts: Iterable<Fingerprint>): Fingerprint {
  let records = 0
  let sum = 0n
  for (const part of parts) {
    records += part.records
    sum += BigInt(`0x${part.digest}`)
  }
  return fingerprintOf(records, sum)
}

export function sameFingerprint(a: Fingerprint, b: Fingerprint): boolean {
  return a.records === b.records && a.digest === b.digest
}

export const entryTypes = ['file', 'directory', 'symlink', 'hardlink'] as const
export type EntryType = (typeof entryTypes)[number]

export interface FingerprintEntry {
  /** A second name of a file that came earlier in the tree's order is a `hardlink`. */
  type: EntryType
  /** The name's own bytes, relative to the root of the tree, `/` between folders, neither `./` before nor `/` after. */
  path: Uint8Array
  /** The twelve permission bits. Left out for `symlink` and `hardlink`, which have none of their own. */
  mode: number
  /**
   * Whole seconds since 1970, rounded down: what every file system and archive tool keeps. Left out for
   * `hardlink`, and for `directory`, whose time changes whenever something is restored into it.
   */
  mtimeSeconds: number
  /** `file`: SHA-256 of the content, 64 lower-case hexadecimal digits. Links: the bytes of the target. `directory`: empty. */
  detail: string | Uint8Array
}

/** Canonical bytes of one entry of a tree: `type NUL path NUL mode(4 octal digits) NUL seconds(decimal) NUL detail`. */
export function entryBytes(entry: FingerprintEntry): Uint8Array {
  const { type, path, detail } = entry
  const mode =
    type === 'file' || type === 'directory' ? (entry.mode & 0o7777).toString(8).padStart(4, '0') : ''
  const mtime = type === 'file' || type === 'symlink' ? String(entry.mtimeSeconds) : ''
  const encoder = new TextEncoder()
  const head = encoder.encode(`${type}\0`)
  const middle = encoder.encode(`\0${mode}\0${mtime}\0`)
  const tail = typeof detail === 'string' ? encoder.encode(detail) : detail
  const bytes = new Uint8Array(head.length + path.length + middle.length + tail.length)
  bytes.set(head, 0)
  bytes.set(path, head.length)
  bytes.set(middle, head.length + path.length)
  bytes.set(tail, head.length + path.length + middle.length)
  return bytes
}
