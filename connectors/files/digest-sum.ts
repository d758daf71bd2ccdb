import { hash } from 'node:crypto'
import { type Fingerprint, fingerprintOf } from '../../contract/fingerprint.ts'

/** Adds up the records of a fingerprint, as `contract/fingerprint.ts` defines it. */
export class DigestSum {
  #records = 0
  #sum = 0n

  add(record: Uint8Array): void {
    this.#records++
    this.#sum += hash('sha256', record, 'buffer').readBigUInt64BE(0)
  }

  fingerprint(): Fingerprint {
    return fingerprintOf(this.#records, this.#sum)
  }
}
