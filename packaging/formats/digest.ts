import { hash } from 'node:crypto'
import { type Fingerprint, fingerprintOf } from '../../contract/fingerprint.ts'

/** Adds up records as `contract/fingerprint.ts` defines, in two halves of 32 bits: a BigInt a record is too slow. */
export class RecordDigest {
  #records = 0
  #high = 0
  #low = 0

  /** The canonical bytes of one record. */
  add(record: Uint8Array): void {
    this.addSha256(hash('sha256', record, 'buffer'))
  }

  /** The SHA-256 of one record that was hashed elsewhere. */
  addSha256(digest: Buffer): void {
    this.#records++
    this.#low += digest.readUInt32BE(4)
    let carry = 0
    if (this.#low >= 0x1_0000_0000) {
      this.#low -= 0x1_0000_0000
      carry = 1
    }
    this.#high = (this.#high + digest.readUInt32BE(0) + carry) % 0x1_0000_0000
  }

  fingerprint(): Fingerprint {
    return fingerprintOf(this.#records, (BigInt(this.#high) << 32n) + BigInt(this.#low))
  }
}
