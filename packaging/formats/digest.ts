import { type Hash, hash } from 'node:crypto'
import { type Fingerprint, fingerprintOf } from '../../contract/fingerprint.ts'

const half = 0x1_0000_0000

/** Adds up records as `contract/fingerprint.ts` defines, in two halves of 32 bits: a BigInt a record is too slow. */
export class RecordDigest {
  #records = 0
  #high = 0
  #low = 0

  /** The canonical bytes of one record. */
  add(record: Uint8Array): void {
    // As a string: making a Buffer a record takes twice as long as the hash itself.
    this.#addSha256(hash('sha256', record, 'binary'))
  }

  /** One record that was hashed in pieces. */
  addHashed(record: Hash): void {
    this.#addSha256(record.digest('binary'))
  }

  #addSha256(digest: string): void {
    this.#records++
    this.#low += uint32(digest, 4)
    let carry = 0
    if (this.#low >= half) {
      this.#low -= half
      carry = 1
    }
    this.#high = (this.#high + uint32(digest, 0) + carry) % half
  }

  fingerprint(): Fingerprint {
    return fingerprintOf(this.#records, (BigInt(this.#high) << 32n) + BigInt(this.#low))
  }
}

/** Big-endian, of a string of bytes. */
function uint32(bytes: string, at: number): number {
  const low = (bytes.charCodeAt(at + 1) << 16) | (bytes.charCodeAt(at + 2) << 8) | bytes.charCodeAt(at + 3)
  return bytes.charCodeAt(at) * 0x100_0000 + low
}
