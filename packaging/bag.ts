import { createHash } from 'node:crypto'
import type { DatasetFingerprints, Omission } from '../contract/dataset.ts'
import { ReversibilityError } from '../contract/errors.ts'
import { inBlocks } from './blocks.ts'
import { datapackageJson } from './datapackage.ts'
import { inventoryLine } from './inventory.ts'
import { metered, newMeter } from './meter.ts'
import type { PackageContent, PackageSink, SealedBag } from './package-content.ts'
import { restoreGuide } from './restore-guide.ts'
import { bagFolder, canonicalJson, packageNamespace, type RootStatement, rootPath } from './root.ts'
import { isSafePath } from './safe-path.ts'
import { verifyScript } from './verify-script.ts'
import { compressZstd } from './volume.ts'

export type { PackageContent, PackageSink, SealedBag } from './package-content.ts'

const textBlockBytes = 256 * 1024

/**
 * Writes everything of a package but its volumes, which are in place already, and its signature: the bag's tag files
 * (RFC 8493), the data package, and last `root.json`, whose bytes are then to be signed with `signRoot`. The same
 * content gives the same bytes, so a sealer that crashed is simply run again. Throws `invalid-input` when the volumes
 * are out of order, of unknown datasets, or have unsafe paths.
 */
export async function sealBag(sink: PackageSink, content: PackageContent): Promise<SealedBag> {
  const counts = await countVolumes(content)
  const versionIds: Record<string, string> = {}
  const tagHashes: [path: string, sha256: string][] = []

  async function write(path: string, text: () => AsyncIterable<Uint8Array>) {
    const written = await writeHashed(sink, `${bagFolder}${path}`, text)
    if (written.versionId !== null) versionIds[`${bagFolder}${path}`] = written.versionId
    if (!path.startsWith('data/')) tagHashes.push([path, written.sha256])
    return written
  }

  const datapackage = await write('data/datapackage.json', () => encoded(datapackageJson(content)))
  await write('bagit.txt', () => encoded(['BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n']))
  await write('bag-info.txt', () => encoded([bagInfo(content, counts, datapackage.bytes)]))
  const manifest = await write('manifest-sha256.txt', () =>
    encoded(manifestLines(content, datapackage.sha256)),
  )
  await write('inventory.jsonl.zst', () => compressZstd(encoded(inventoryLines(content))))
  await write('omissions.json', () => encoded(jsonList('omissions', content.omissions.map(omissionOf))))
  await write('fingerprints.json', () =>
    encoded(jsonList('datasets', content.fingerprints.map(fingerprintsOf))),
  )
  await write('RESTORE.md', () => encoded([restoreGuide(content)]))
  await write('verify.sh', () => encoded([verifyScript]))
  const tagLines = tagHashes.map(([path, sha256]) => `${sha256}  ${path}\n`)
  const tagmanifest = await write('tagmanifest-sha256.txt', () => encoded(tagLines))

  const root: RootStatement = {
    version: 1,
    format: packageNamespace,
    contract: content.contractId,
    client: content.client,
    provider: content.provider,
    run: content.runId,
    kind: content.kind,
    source: content.sourceId,
    sourceTitle: content.sourceTitle,
    connector: content.connector,
    address: content.address,
    epoch: content.epoch,
    openedAt: content.openedAt,
    sealedAt: content.sealedAt,
    previousRoot: content.previousRoot,
    manifestSha256: manifest.sha256,
    tagmanifestSha256: tagmanifest.sha256,
    counts: { ...counts, omissions: content.omissions.length },
    encryption: content.recipients.length > 0 ? { scheme: 'age', recipients: [...content.recipients] } : null,
    versionIds,
  }
  const rootBytes = Buffer.from(canonicalJson(root))
  await sink.write(rootPath, rootBytes)
  return { root, rootBytes, rootSha256: createHash('sha256').update(rootBytes).digest('hex') }
}

interface VolumeCounts {
  /** That have a volume. */
  datasets: number
  volumes: number
  records: number
  plainBytes: number
  deliveredBytes: number
}

async function countVolumes(content: PackageContent): Promise<VolumeCounts> {
  const order = new Map(content.datasets.map((dataset, index) => [dataset.id, index]))
  if (order.size !== content.datasets.length) throw unsealable('two datasets have the same id')
  const counts: VolumeCounts = { datasets: 0, volumes: 0, records: 0, plainBytes: 0, deliveredBytes: 0 }
  let datasetIndex = 0
  let nextPart = 0
  for await (const volume of content.volumes()) {
    const index = order.get(volume.datasetId)
    if (index === undefined) throw unsealable(`${volume.path} is of an unknown dataset`)
    if (index !== datasetIndex) nextPart = 0
    if (index < datasetIndex || volume.partIndex !== nextPart) {
      throw unsealable(`${volume.path} is out of order, or a part before it is missing`)
    }
    if (!isSafePath(volume.path) || !volume.path.startsWith('data/')) {
      throw unsealable(`the path ${JSON.stringify(volume.path)} is not safe`)
    }
    datasetIndex = index
    if (volume.partIndex === 0) counts.datasets++
    nextPart++
    counts.volumes++
    counts.records += volume.records ?? 0
    counts.plainBytes += volume.plainBytes
    counts.deliveredBytes += volume.deliveredBytes
  }
  return counts
}

/** RFC 8493, section 2.2.2. Oxum: payload octets and files, the data package included. */
function bagInfo(content: PackageContent, counts: VolumeCounts, datapackageBytes: number): string {
  const octets = counts.deliveredBytes + datapackageBytes
  const fields: [string, string][] = [
    ['Source-Organization', content.client],
    ['Contact-Name', content.provider],
    ['External-Description', content.sourceTitle],
    [
      'External-Identifier',
      `${content.contractId}/${content.runId}/${content.sourceId}/epoch-${content.epoch}`,
    ],
    ['Bagging-Date', content.sealedAt.slice(0, 10)],
    ['Payload-Oxum', `${octets}.${counts.volumes + 1}`],
    ['Bag-Software-Agent', 'reversibility'],
  ]
  return fields.map(([label, value]) => `${label}: ${value.replace(/\s+/g, ' ').trim()}\n`).join('')
}

async function* manifestLines(content: PackageContent, datapackageSha256: string): AsyncGenerator<string> {
  yield `${datapackageSha256}  data/datapackage.json\n`
  for await (const volume of content.volumes()) yield `${volume.deliveredSha256}  ${volume.path}\n`
}

async function* inventoryLines(content: PackageContent): AsyncGenerator<string> {
  for await (const volume of content.volumes()) yield inventoryLine(volume)
}

function* jsonList(name: string, items: readonly object[]): Generator<string> {
  yield `{"version":1,"${name}":[`
  for (const [index, item] of items.entries()) yield `${index === 0 ? '' : ','}\n${canonicalJson(item)}`
  yield '\n]}\n'
}

function omissionOf({ datasetId, item, code, reason }: Omission): object {
  return { dataset: datasetId, item, code, reason }
}

/** What a restore gave is known after the package is sealed: it belongs to the report, not here. */
function fingerprintsOf(entry: DatasetFingerprints): object {
  return {
    dataset: entry.datasetId,
    source: entry.source,
    ...(entry.package === undefined ? {} : { package: entry.package }),
  }
}

function encoded(text: AsyncIterable<string> | Iterable<string>): AsyncIterable<Uint8Array> {
  return inBlocks(
    (async function* () {
      for await (const piece of text) yield Buffer.from(piece)
    })(),
    textBlockBytes,
  )
}

async function writeHashed(sink: PackageSink, path: string, make: () => AsyncIterable<Uint8Array>) {
  let meter = newMeter()
  let isComplete = false
  async function* watched(): AsyncGenerator<Uint8Array> {
    yield* metered(make(), meter)
    isComplete = true
  }
  const { versionId } = await sink.write(path, watched())
  if (!isComplete) {
    // A sink that found the file in place need not have read it all again.
    meter = newMeter()
    for await (const chunk of make()) meter.update(chunk)
  }
  return { versionId, bytes: meter.bytes, sha256: meter.sha256() }
}

function unsealable(why: string): ReversibilityError {
  return new ReversibilityError('invalid-input', `The package cannot be sealed: ${why}.`, {
    remedy: 'Report this: the volumes given to the sealer are not those of the partition.',
  })
}
