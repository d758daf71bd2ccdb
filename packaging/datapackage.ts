import { createHash } from 'node:crypto'
import type { Dataset, Description, TableSchema, Volume } from '../contract/dataset.ts'
import type { PackageContent } from './package-content.ts'

/*
 * data/datapackage.json: a Frictionless Data Package (specs.frictionlessdata.io, version 1), one resource a dataset.
 * Paths name the files as delivered. A resource has no `bytes` and `hash`: those of each file are in the manifest and
 * the inventory, and a reader validates the files decompressed.
 */

const mediaTypes: Record<Dataset['format'], string> = {
  csv: 'text/csv',
  tar: 'application/x-tar',
  sql: 'application/sql',
  jsonl: 'application/jsonl',
  sh: 'application/x-sh',
  binary: 'application/octet-stream',
}

export async function* datapackageJson(content: PackageContent): AsyncGenerator<string> {
  const names = resourceNames(content.datasets)
  const descriptions = new Map(
    content.descriptions.map((description) => [description.datasetId, description]),
  )
  const datasets = new Map(content.datasets.map((dataset) => [dataset.id, dataset]))
  const head = {
    profile: 'data-package',
    name: safeName(`${content.contractId}-${content.sourceId}-epoch-${content.epoch}`),
    title: content.sourceTitle,
    created: content.sealedAt,
  }
  yield `${JSON.stringify(head, null, 1).replace(/\n}$/, '')},\n "resources": [`
  let separator = '\n'
  for await (const { datasetId, volumes } of byDataset(content.volumes())) {
    const dataset = datasets.get(datasetId)!
    for (const resource of resources(dataset, descriptions.get(datasetId), volumes, names)) {
      yield `${separator}  ${JSON.stringify(resource)}`
      separator = ',\n'
    }
  }
  yield '\n ]\n}\n'
}

/** Names that frictionless accepts (`[a-z0-9._-]`), unique, and the same at every sealing. */
export function resourceNames(datasets: readonly Dataset[]): Map<string, string> {
  const names = new Map<string, string>()
  const taken = new Set<string>()
  for (const dataset of datasets) {
    let name = safeName(dataset.slug)
    if (taken.has(name)) name = `${name}-${createHash('sha256').update(dataset.id).digest('hex').slice(0, 8)}`
    if (taken.has(name)) throw new RangeError(`two datasets are called ${dataset.id}`)
    taken.add(name)
    names.set(dataset.id, name)
  }
  return names
}

function resources(
  dataset: Dataset,
  description: Description | undefined,
  volumes: readonly Volume[],
  names: ReadonlyMap<string, string>,
): object[] {
  const paths = volumes.map((volume) => volume.path.replace(/^data\//, ''))
  const name = names.get(dataset.id)!
  const schema = description?.tableSchema
  const base = {
    title: description?.title ?? dataset.id,
    ...(description && description.notes.length > 0 ? { description: description.notes.join('\n') } : {}),
    format: dataset.format,
    mediatype: mediaTypes[dataset.format],
    encoding: 'utf-8',
  }
  const reversibility = {
    dataset: dataset.id,
    kind: dataset.kind,
    slug: dataset.slug,
    format: dataset.format,
    hasRecords: dataset.hasRecords,
    restoreStage: dataset.restoreStage,
    ...(description?.restoreName === undefined ? {} : { restoreName: description.restoreName }),
  }
  // A table without columns is empty lines, which no CSV reader takes for a table.
  if (dataset.format !== 'csv' || schema === undefined || schema.fields.length === 0) {
    return [{ name, type: 'file', path: onlyOne(paths), ...base, reversibility }]
  }
  const tabular = {
    profile: 'tabular-data-resource',
    type: 'table',
    ...base,
    dialect: { header: true, delimiter: ',', quoteChar: '"', doubleQuote: true, lineTerminator: '\n' },
  }
  const hasBrokenHeader = schema.fields.some((field) => /[\r\n]/.test(field.name))
  if (!hasBrokenHeader || paths.length === 1) {
    return [{ name, path: onlyOne(paths), ...tabular, schema: namedSchema(schema, names), reversibility }]
  }
  // Readers of a resource of several files skip the first *line* of each: wrong when the header takes more than one.
  const { foreignKeys: _, primaryKey: __, ...alone } = schema
  return paths.map((path, index) => ({
    name: `${name}.part-${index}`,
    path,
    ...tabular,
    schema: alone,
    reversibility: { ...reversibility, part: index },
  }))
}

/** Foreign keys by resource name. One to a dataset that is not in this package cannot be followed, and is left out. */
function namedSchema(schema: TableSchema, names: ReadonlyMap<string, string>): object {
  const known = new Set(names.values())
  const { foreignKeys = [], ...rest } = schema
  const followed = foreignKeys.flatMap((key) => {
    const { resource } = key.reference
    const name = resource === '' ? '' : (names.get(resource) ?? (known.has(resource) ? resource : undefined))
    return name === undefined ? [] : [{ ...key, reference: { ...key.reference, resource: name } }]
  })
  return followed.length === 0 ? rest : { ...rest, foreignKeys: followed }
}

async function* byDataset(
  volumes: AsyncIterable<Volume>,
): AsyncGenerator<{ datasetId: string; volumes: Volume[] }> {
  let group: { datasetId: string; volumes: Volume[] } | undefined
  for await (const volume of volumes) {
    if (group?.datasetId !== volume.datasetId) {
      if (group !== undefined) yield group
      group = { datasetId: volume.datasetId, volumes: [] }
    }
    group.volumes.push(volume)
  }
  if (group !== undefined) yield group
}

function onlyOne(paths: readonly string[]): string | readonly string[] {
  return paths.length === 1 ? paths[0]! : paths
}

function safeName(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9._-]+/g, '-')
}
