import { z } from 'zod'
import type { Volume } from '../contract/dataset.ts'
import { canonicalJson } from './root.ts'

const sha256 = z.string().regex(/^[0-9a-f]{64}$/)
const count = z.int().nonnegative()

/** One line of `inventory.jsonl.zst`: one volume. */
export const inventoryEntrySchema = z.strictObject({
  dataset: z.string(),
  part: count,
  path: z.string(),
  format: z.enum(['csv', 'tar', 'sql', 'jsonl', 'sh', 'binary']),
  /** As the source reported them while they were read; null where the format has none. */
  records: count.nullable(),
  plainBytes: count,
  plainSha256: sha256,
  deliveredBytes: count,
  deliveredSha256: sha256,
  versionId: z.string().nullable(),
})

export type InventoryEntry = z.infer<typeof inventoryEntrySchema>

export function inventoryLine(volume: Volume): string {
  const entry: InventoryEntry = {
    dataset: volume.datasetId,
    part: volume.partIndex,
    path: volume.path,
    format: volume.format,
    records: volume.records,
    plainBytes: volume.plainBytes,
    plainSha256: volume.plainSha256,
    deliveredBytes: volume.deliveredBytes,
    deliveredSha256: volume.deliveredSha256,
    versionId: volume.versionId,
  }
  return `${canonicalJson(entry)}\n`
}
