import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Connector, Epoch } from '../../connectors/connector.ts'
import type { Dataset, Description } from '../../contract/dataset.ts'
import { pythonTools } from '../support/python-tools.ts'
import {
  type AwkwardDatabase,
  awkwardDatabase,
  datasetText,
  discovered,
  never,
  open,
} from './postgresql-support.ts'

let source: AwkwardDatabase
let connector: Connector
let epoch: Epoch
let datasets: Dataset[]
const descriptions = new Map<string, Description>()

beforeAll(async () => {
  source = await awkwardDatabase()
  connector = await open(source.url)
  epoch = await connector.openEpoch(never)
  datasets = (await discovered(epoch)).datasets
  for (const dataset of datasets) descriptions.set(dataset.id, await epoch.describe(dataset, never))
})
afterAll(async () => {
  await connector?.close()
  await source?.destroy()
})

const schemaOf = (id: string) => descriptions.get(id)!.tableSchema!
const fieldOf = (id: string, name: string) => schemaOf(id).fields.find((field) => field.name === name)

test('fields are in the order of the CSV, with the types of the source beside', async () => {
  const text = await datasetText(epoch, datasets, 'public.types')
  expect(schemaOf('public.types').fields.map(({ name }) => name)).toEqual(text.split('\n', 1)[0]!.split(','))
  expect(fieldOf('public.types', 'n60')).toEqual({
    name: 'n60',
    type: 'number',
    sourceType: 'numeric(60,20)',
  })
  expect(fieldOf('public.types', 'ac')).toEqual({
    name: 'ac',
    type: 'string',
    sourceType: 'public.adresse[]',
  })
  expect(fieldOf('public.types', 'b')).toMatchObject({
    type: 'boolean',
    trueValues: ['t'],
    falseValues: ['f'],
  })
  expect(fieldOf('public.types', 'dbl')).toBeUndefined()
})

test('says only what holds in the CSV, where the empty string looks like nothing', () => {
  expect(schemaOf('public.grande')).toMatchObject({ primaryKey: ['id'] })
  expect(fieldOf('public.grande', 'id')).toMatchObject({ constraints: { required: true } })
  expect(fieldOf('public.grande', 'texte')).not.toHaveProperty('constraints')
  expect(schemaOf('compta.comptes')).not.toHaveProperty('primaryKey')
  expect(schemaOf('compta.ecritures_2023').foreignKeys).toEqual([
    { fields: ['compte'], reference: { resource: 'compta.comptes', fields: ['code'] } },
  ])
})

test('tells what a reader would not guess', () => {
  expect(descriptions.get('public.types')).toMatchObject({
    title: 'Tous les types',
    restoreName: '"public"."types"',
    notes: [expect.stringContaining('dbl'), expect.stringContaining('money')],
  })
  expect(descriptions.get('compta.ecritures_2023')!.notes[0]).toContain('compta.ecritures')
  expect(descriptions.get('public.sans_colonne')).not.toHaveProperty('tableSchema')
})

test('holds for frictionless, which knows nothing of PostgreSQL', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'reversibility-frictionless-'))
  try {
    const described = datasets.filter(({ id }) => descriptions.get(id)!.tableSchema !== undefined)
    const names = new Map(described.map(({ id }, index) => [id, `r${index}`]))
    const resources = []
    for (const { id } of described) {
      const path = `${names.get(id)}.csv`
      await writeFile(join(folder, path), await datasetText(epoch, datasets, id))
      const schema = structuredClone(schemaOf(id))
      for (const { reference } of schema.foreignKeys ?? [])
        reference.resource = names.get(reference.resource) ?? ''
      resources.push({
        name: names.get(id),
        path,
        profile: 'tabular-data-resource',
        encoding: 'utf-8',
        schema,
      })
    }
    const file = join(folder, 'datapackage.json')
    await writeFile(file, JSON.stringify({ name: 'awkward', resources }))
    // A row of nothing but NULL is a row all the same.
    const args = ['validate', '--json', '--skip-errors', 'blank-row', file]
    const { stdout } = await promisify(execFile)(join(pythonTools(), 'frictionless'), args, {
      maxBuffer: 1 << 26,
    }).catch((error: { stdout: string }) => error)
    const report = JSON.parse(stdout)
    expect(report.tasks.flatMap((task: { errors: { message: string }[] }) => task.errors)).toEqual([])
    expect(report).toMatchObject({ valid: true })
    expect(report.tasks).toHaveLength(described.length)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
