import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Dataset, Description } from '../contract/dataset.ts'
import { ReversibilityError } from '../contract/errors.ts'
import { collect } from './blocks.ts'
import { type InventoryEntry, inventoryEntrySchema } from './inventory.ts'
import { linesOf } from './manifest.ts'
import type { PackageSource } from './package-source.ts'
import { bagFolder } from './root.ts'
import { decodeVolume, decompressZstd } from './volume.ts'

/** What of a data package's resource tells how to restore it; the rest is for its readers. */
const resourceSchema = z.object({
  title: z.string(),
  schema: z.object({ fields: z.array(z.object({ name: z.string(), type: z.string() })) }).optional(),
  reversibility: z.object({
    dataset: z.string(),
    kind: z.string(),
    slug: z.string(),
    format: inventoryEntrySchema.shape.format,
    hasRecords: z.boolean(),
    restoreStage: z.enum(['before', 'data', 'after']),
    restoreName: z.string().optional(),
  }),
})

const datapackageSchema = z.object({ resources: z.array(resourceSchema) })
const maxDatapackageBytes = 512 * 1024 * 1024

export interface PackageContents {
  datasets: Map<string, Dataset>
  descriptions: Map<string, Description>
}

/** What a verified package says of its datasets, as a connector needs it to restore them. Throws `integrity-mismatch`. */
export async function readContents(source: PackageSource): Promise<PackageContents> {
  const bytes = await collect(source.open(`${bagFolder}data/datapackage.json`), maxDatapackageBytes)
  const parsed = datapackageSchema.safeParse(JSON.parse(bytes.toString('utf8')))
  if (!parsed.success) throw damaged('data/datapackage.json does not say how its datasets are restored')
  const datasets = new Map<string, Dataset>()
  const descriptions = new Map<string, Description>()
  for (const { title, schema, reversibility } of parsed.data.resources) {
    const { dataset: id, restoreName, ...rest } = reversibility
    datasets.set(id, { id, ...rest, estimatedBytes: 0 })
    descriptions.set(id, {
      datasetId: id,
      title,
      notes: [],
      ...(schema ? { tableSchema: schema } : {}),
      ...(restoreName === undefined ? {} : { restoreName }),
    })
  }
  return { datasets, descriptions }
}

/** The volumes of a verified package, in dataset and part order. */
export async function* readVolumes(source: PackageSource): AsyncIterable<InventoryEntry> {
  const inventory = source.open(`${bagFolder}inventory.jsonl.zst`)
  for await (const line of linesOf(decompressZstd(inventory))) {
    if (typeof line !== 'string') throw damaged('the inventory has a line that is too long')
    yield inventoryEntrySchema.parse(JSON.parse(line))
  }
}

/** A volume's plain bytes; before they end, makes sure that the delivered ones are those of the inventory. */
export async function* openVolume(
  source: PackageSource,
  volume: InventoryEntry,
  identities: readonly string[],
): AsyncIterable<Uint8Array> {
  const hash = createHash('sha256')
  async function* hashed() {
    for await (const chunk of source.open(`${bagFolder}${volume.path}`)) {
      hash.update(chunk)
      yield chunk
    }
  }
  yield* decodeVolume(hashed(), volume.path, { identities })
  if (hash.digest('hex') !== volume.deliveredSha256)
    throw damaged(`${volume.path} changed after it was verified`)
}

function damaged(what: string): ReversibilityError {
  return new ReversibilityError('integrity-mismatch', `The package cannot be restored: ${what}.`, {
    remedy: 'Refuse the package, and ask for it again from an untouched copy.',
  })
}
