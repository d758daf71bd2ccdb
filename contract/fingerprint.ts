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
