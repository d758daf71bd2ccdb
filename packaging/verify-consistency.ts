import { z } from 'zod'
import { collect } from './blocks.ts'
import type { PackageSource } from './package-source.ts'
import { bagFolder, type RootStatement, rootPath } from './root.ts'
import type { ReportBuilder } from './verification-report.ts'
import { type Listed, readInventory, readJson, sha256Of } from './verify-bag.ts'

const fingerprint = z.strictObject({
  records: z.int().nonnegative(),
  digest: z.string().regex(/^[0-9a-f]{16}$/),
})
export const fingerprintsSchema = z.strictObject({
  version: z.literal(1),
  datasets: z.array(
    z.strictObject({ dataset: z.string(), source: fingerprint, package: fingerprint.optional() }),
  ),
})
const omissionsSchema = z.strictObject({
  version: z.literal(1),
  omissions: z.array(
    z.strictObject({ dataset: z.string(), item: z.string(), code: z.string(), reason: z.string() }),
  ),
})

const datapackage = 'data/datapackage.json'

export type StatedFingerprints = z.infer<typeof fingerprintsSchema>['datasets']

/** That the documents of a package, each of them signed, say the same: what a faulty sealer would get wrong. */
export async function verifyConsistency(given: {
  source: PackageSource
  builder: ReportBuilder
  root: RootStatement
  payload: Listed
  sizes: ReadonlyMap<string, number>
}): Promise<StatedFingerprints> {
  const { source, builder, root, payload, sizes } = given
  const differs = (cause: string, path?: string) => builder.add('consistency', 'inconsistent', cause, path)
  if (
    (await sha256Of(source, builder, 'consistency', `${bagFolder}${datapackage}`)) !==
    payload.get(datapackage)
  ) {
    const cause = `${datapackage} is not the file that the manifest lists.`
    builder.fail('consistency', 'volume-altered', cause, `${bagFolder}${datapackage}`)
  }
  const counts = { volumes: 0, records: 0, plainBytes: 0, deliveredBytes: 0 }
  const datasets = new Set<string>()
  const inventoried = new Set<string>([datapackage])
  const nextParts = new Map<string, number>()
  for await (const entry of readInventory(source, builder)) {
    const path = `${bagFolder}${entry.path}`
    if (inventoried.has(entry.path)) differs(`The inventory lists ${entry.path} twice.`, path)
    inventoried.add(entry.path)
    if (payload.get(entry.path) !== entry.deliveredSha256) {
      differs(`The inventory and the manifest give different hashes for ${entry.path}.`, path)
    }
    if (sizes.get(entry.path) !== entry.deliveredBytes) {
      const found = sizes.get(entry.path)
      builder.add(
        'consistency',
        'wrong-size',
        `${entry.path} has ${found} bytes where the inventory says ${entry.deliveredBytes}.`,
        path,
      )
    }
    if (entry.path.endsWith('.age') !== (root.encryption !== null)) {
      differs(
        `${entry.path} is ${root.encryption ? 'not encrypted' : 'encrypted'}, unlike what root.json says.`,
        path,
      )
    }
    const nextPart = nextParts.get(entry.dataset) ?? 0
    if (entry.part !== nextPart)
      differs(`A part of ${JSON.stringify(entry.dataset)} is missing or out of order.`, path)
    nextParts.set(entry.dataset, entry.part + 1)
    datasets.add(entry.dataset)
    counts.volumes++
    counts.records += entry.records ?? 0
    counts.plainBytes += entry.plainBytes
    counts.deliveredBytes += entry.deliveredBytes
  }
  for (const path of payload.keys()) {
    if (!inventoried.has(path))
      differs(`${path} is in the manifest and not in the inventory.`, `${bagFolder}${path}`)
  }

  const omissions = omissionsSchema.safeParse(await readJson(source, 'omissions.json'))
  const fingerprints = fingerprintsSchema.safeParse(await readJson(source, 'fingerprints.json'))
  if (!omissions.success) differs('omissions.json is not of this format.', `${bagFolder}omissions.json`)
  if (!fingerprints.success)
    differs('fingerprints.json is not of this format.', `${bagFolder}fingerprints.json`)
  const found = { ...counts, datasets: datasets.size, omissions: omissions.data?.omissions.length ?? 0 }
  for (const key of [
    'datasets',
    'volumes',
    'records',
    'plainBytes',
    'deliveredBytes',
    'omissions',
  ] as const) {
    if (root.counts[key] === found[key]) continue
    differs(`root.json counts ${root.counts[key]} (${key}) where there are ${found[key]}.`, rootPath)
  }
  for (const { dataset } of fingerprints.data?.datasets ?? []) {
    if (!datasets.has(dataset))
      differs(`fingerprints.json names ${JSON.stringify(dataset)}, which has no volume.`)
  }
  await verifyOxum({
    source,
    differs,
    octets: counts.deliveredBytes + (sizes.get(datapackage) ?? 0),
    files: payload.size,
  })
  return fingerprints.data?.datasets ?? []
}

/** RFC 8493, section 2.2.2: `Payload-Oxum: octets.files`. */
async function verifyOxum(given: {
  source: PackageSource
  differs(cause: string, path: string): void
  octets: number
  files: number
}): Promise<void> {
  const path = `${bagFolder}bag-info.txt`
  const text = (await collect(given.source.open(path), 1024 * 1024)).toString('utf8')
  const oxum = /^Payload-Oxum: (.*)$/m.exec(text)?.[1]
  const expected = `${given.octets}.${given.files}`
  if (oxum !== expected)
    given.differs(`bag-info.txt says Payload-Oxum ${oxum} where there is ${expected}.`, path)
}
