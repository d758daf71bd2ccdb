import type { VolumeFormat } from '../../contract/dataset.ts'
import type { Fingerprint } from '../../contract/fingerprint.ts'
import { fingerprintCsv } from './csv.ts'
import { fingerprintJsonl } from './jsonl.ts'
import { fingerprintTar } from './tar.ts'

/**
 * Count and digest of one volume, from its plain bytes alone. Null for formats without records (the bytes are read to
 * their end all the same). Throws `integrity-mismatch` for bytes that are not of the format.
 */
export async function fingerprintVolume(
  format: VolumeFormat,
  plain: AsyncIterable<Uint8Array>,
): Promise<Fingerprint | null> {
  switch (format) {
    case 'csv':
      return fingerprintCsv(plain)
    case 'jsonl':
      return fingerprintJsonl(plain)
    case 'tar':
      return fingerprintTar(plain)
    default:
      for await (const _ of plain) {
        // Read to its end, so that whoever hashes these bytes on the way sees all of them.
      }
      return null
  }
}
