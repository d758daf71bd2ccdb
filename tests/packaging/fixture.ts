import type { Dataset, Description, Omission, Volume } from '../../contract/dataset.ts'
import { ReversibilityError } from '../../contract/errors.ts'
import { combineFingerprints, type Fingerprint } from '../../contract/fingerprint.ts'
import { type PackageContent, type PackageSink, sealBag } from '../../packaging/bag.ts'
import { fingerprintVolume } from '../../packaging/formats/fingerprint-volume.ts'
import type { PackageSource } from '../../packaging/package-source.ts'
import { signaturePath, signRoot } from '../../packaging/root.ts'
import { newSigningKey } from '../../packaging/signature.ts'
import { deliveredPath, encodeVolume } from '../../packaging/volume.ts'

/** One dataset of a package to make: the plain text of each of its parts. */
export interface FixtureDataset {
  dataset: Pick<Dataset, 'id' | 'format'> & Partial<Dataset>
  description?: Partial<Description>
  parts: { path: string; text: string | Uint8Array; compress?: boolean }[]
}

export const signingKey = newSigningKey('provider')

export async function* once(bytes: string | Uint8Array): AsyncGenerator<Uint8Array> {
  yield typeof bytes === 'string' ? Buffer.from(bytes) : bytes
}

export async function gather(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of bytes) chunks.push(chunk)
  return Buffer.concat(chunks)
}

export interface MemoryPackage {
  files: Map<string, Buffer>
  sink: PackageSink
  source: PackageSource
}

/** A package in memory, whose files a test may alter. */
export function memoryPackage(files = new Map<string, Buffer>()): MemoryPackage {
  return {
    files,
    sink: {
      async write(path, bytes) {
        files.set(path, bytes instanceof Uint8Array ? Buffer.from(bytes) : await gather(bytes))
        return { versionId: null }
      },
    },
    source: {
      async *list() {
        for (const [path, bytes] of files) yield { path, bytes: bytes.length }
      },
      async *open(path) {
        const bytes = files.get(path)
        if (bytes === undefined)
          throw new ReversibilityError('not-found', `${path} is missing.`, { remedy: 'None.' })
        for (let at = 0; at < bytes.length; at += 1000) yield bytes.subarray(at, at + 1000)
      },
    },
  }
}

export async function deliver(
  sink: PackageSink,
  datasets: readonly FixtureDataset[],
  recipients: readonly string[],
): Promise<{ volumes: Volume[]; fingerprints: Map<string, Fingerprint> }> {
  const volumes: Volume[] = []
  const fingerprints = new Map<string, Fingerprint>()
  for (const { dataset, parts } of datasets) {
    const partial: Fingerprint[] = []
    for (const [partIndex, part] of parts.entries()) {
      const compress = part.compress ?? true
      const path = deliveredPath({ path: part.path, compress }, { recipients })
      const encoded = encodeVolume(once(part.text), { compress, recipients })
      await sink.write(`bag/${path}`, encoded.bytes)
      const fingerprint = await fingerprintVolume(dataset.format, once(part.text))
      if (fingerprint) partial.push(fingerprint)
      volumes.push({
        datasetId: dataset.id,
        partIndex,
        path,
        format: dataset.format,
        records: fingerprint?.records ?? null,
        ...encoded.result(),
        versionId: null,
      })
    }
    if (partial.length > 0) fingerprints.set(dataset.id, combineFingerprints(partial))
  }
  return { volumes, fingerprints }
}

export interface FixtureOptions {
  recipients?: readonly string[]
  omissions?: Omission[]
  language?: 'fr' | 'en'
  content?: Partial<PackageContent>
  privateKey?: string
}

/** Delivers the volumes, seals and signs. */
export async function makePackage(
  sink: PackageSink,
  datasets: readonly FixtureDataset[],
  options: FixtureOptions = {},
) {
  const recipients = options.recipients ?? []
  const { volumes, fingerprints } = await deliver(sink, datasets, recipients)
  const content: PackageContent = {
    contractId: 'orme-si',
    runId: 'rehearsal-1',
    kind: 'rehearsal',
    sourceId: 'erp',
    sourceTitle: 'ERP, "Réf. client"',
    connector: 'postgresql',
    address: 'postgresql://db:5432/erp',
    epoch: 1,
    openedAt: '2026-11-22T10:00:00.000Z',
    sealedAt: '2026-11-22T11:00:00.000Z',
    provider: 'Atlas Infogérance',
    client: 'Orme',
    previousRoot: null,
    language: options.language ?? 'fr',
    recipients,
    datasets: datasets.map(({ dataset, parts }) => ({
      kind: 'table',
      slug: parts[0]!.path.replace(/\/part-\d+\..*$/, ''),
      restoreStage: 'data',
      estimatedBytes: 0,
      hasRecords: fingerprints.has(dataset.id),
      ...dataset,
    })),
    descriptions: datasets.map(({ dataset, description }) => ({
      datasetId: dataset.id,
      title: dataset.id,
      notes: [],
      ...description,
    })),
    fingerprints: [...fingerprints].map(([datasetId, source]) => ({ datasetId, source, package: source })),
    omissions: options.omissions ?? [],
    async *volumes() {
      yield* volumes
    },
    ...options.content,
  }
  const sealed = await sealBag(sink, content)
  const signature = signRoot(sealed.rootBytes, options.privateKey ?? signingKey.privateKeyOpenSsh)
  await sink.write(signaturePath, Buffer.from(signature))
  return { sealed, content, volumes }
}

export const sampleDatasets: FixtureDataset[] = [
  {
    dataset: {
      id: 'pre-data',
      format: 'sql',
      kind: 'definition',
      slug: 'schema/pre-data.sql',
      restoreStage: 'before',
    },
    parts: [
      { path: 'schema/pre-data.sql', text: 'CREATE TABLE client (id int, nom text);\n', compress: false },
    ],
  },
  {
    dataset: { id: 'public.client', format: 'csv' },
    description: {
      tableSchema: {
        fields: [
          { name: 'id', type: 'integer', sourceType: 'integer' },
          { name: 'nom', type: 'string', sourceType: 'text' },
        ],
        primaryKey: ['id'],
      },
    },
    parts: [
      { path: 'tables/public.client/part-00000.csv', text: 'id,nom\n1,"O""Neil, Zoé"\n2,\n' },
      { path: 'tables/public.client/part-00001.csv', text: 'id,nom\n3,"deux\nlignes"\n4,""\n' },
    ],
  },
  {
    dataset: { id: 'public.facture', format: 'csv' },
    description: {
      tableSchema: {
        fields: [
          { name: 'numéro', type: 'string' },
          { name: 'client', type: 'integer' },
        ],
        foreignKeys: [{ fields: ['client'], reference: { resource: 'public.client', fields: ['id'] } }],
      },
    },
    parts: [{ path: 'tables/public.facture/part-00000.csv', text: 'numéro,client\nF-1,1\nF-2,3\n' }],
  },
  {
    dataset: { id: 'public.sans_colonne', format: 'csv' },
    description: { tableSchema: { fields: [] } },
    parts: [{ path: 'tables/public.sans_colonne/part-00000.csv', text: '\n\n\n' }],
  },
  {
    dataset: { id: 'public.vide', format: 'csv' },
    description: { tableSchema: { fields: [{ name: 'a', type: 'string' }] } },
    parts: [{ path: 'tables/public.vide/part-00000.csv', text: 'a\n' }],
  },
  {
    dataset: { id: 'listing', format: 'jsonl', kind: 'listing' },
    parts: [{ path: 'listing/part-00000.jsonl', text: '{"path":"é"}\n{"path":"b"}\n' }],
  },
]
