import { createHash, type Hash } from 'node:crypto'
import { ReversibilityError } from '../../contract/errors.ts'
import type { Fingerprint } from '../../contract/fingerprint.ts'
import { RecordDigest } from './digest.ts'

/**
 * The fingerprint of JSON Lines: a record is the bytes of one line, without its `\n`. Throws `integrity-mismatch` when
 * the last line does not end: the file is cut short.
 */
export async function fingerprintJsonl(plain: AsyncIterable<Uint8Array>): Promise<Fingerprint> {
  const digest = new RecordDigest()
  /** The line that began in an earlier chunk. */
  let begun: Hash | undefined
  for await (const chunk of plain) {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    let start = 0
    for (;;) {
      const end = bytes.indexOf(0x0a, start)
      if (end < 0) break
      const line = bytes.subarray(start, end)
      if (begun === undefined) digest.add(line)
      else digest.addHashed(begun.update(line))
      begun = undefined
      start = end + 1
    }
    if (start < bytes.length) {
      begun ??= createHash('sha256')
      begun.update(bytes.subarray(start))
    }
  }
  if (begun !== undefined) {
    throw new ReversibilityError(
      'integrity-mismatch',
      'A JSON Lines volume does not end at the end of a line.',
      {
        remedy: 'Extract the part again; if it fails again, report the dataset.',
      },
    )
  }
  return digest.fingerprint()
}
