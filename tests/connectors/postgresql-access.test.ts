import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Connector, Discovered } from '../../connectors/connector.ts'
import { postgresql } from '../../connectors/postgresql/index.ts'
import type { Dataset } from '../../contract/dataset.ts'
import {
  asSuperuser,
  createDatabase,
  databaseUrl,
  dropDatabase,
  type TestDatabase,
} from '../support/postgres.ts'
import {
  collect,
  contextOf,
  createRoles,
  datasetText,
  discovered,
  dropRoles,
  never,
  open,
  partsOf,
  type Roles,
  secretOf,
} from './postgresql-support.ts'

let database: TestDatabase
let roles: Roles
let readerUrl: string
const toClose: Connector[] = []

beforeAll(async () => {
  database = await createDatabase()
  roles = await createRoles()
  readerUrl = databaseUrl(database.name, { name: roles.reader, password: roles.password })
  await asSuperuser(
    `CREATE SCHEMA ferme; CREATE TABLE ferme.coffre (a int); CREATE TABLE lisible (a int PRIMARY KEY); CREATE TABLE colonnes (a int, b int);
     CREATE TABLE filtree (a int REFERENCES lisible); ALTER TABLE filtree ENABLE ROW LEVEL SECURITY; INSERT INTO lisible VALUES (1), (2);
     INSERT INTO filtree VALUES (1); CREATE SEQUENCE muette; SELECT lo_create(4242);
     GRANT SELECT ON lisible, filtree TO ${roles.reader}; GRANT SELECT (a) ON colonnes TO ${roles.reader}`,
    database.name,
  )
})
afterEach(async () => {
  for (const connector of toClose.splice(0)) await connector.close()
})
afterAll(async () => {
  await dropDatabase(database.name)
  await dropRoles(roles)
})

async function discoverAs(
  url: string,
  overrides: Parameters<typeof open>[1] = {},
): Promise<{ all: Discovered[]; datasets: Dataset[] }> {
  const connector = await open(url, overrides)
  toClose.push(connector)
  return discovered(await connector.openEpoch(never))
}

describe('an access that does not see everything', () => {
  test('is told for each thing, with the grant that mends it; the grants do mend it', async () => {
    const { all, datasets } = await discoverAs(readerUrl)
    const partial = all.filter((item) => item.type === 'partial-access')
    expect(partial.map(({ item }) => item)).toEqual([
      'ferme.coffre',
      'public.colonnes',
      'public.filtree',
      'large-objects',
      'public.muette',
    ])
    expect(datasets.map(({ id }) => id)).not.toContain('public.filtree')

    let remedies = partial
    for (let step = 0; remedies.length > 0; step++) {
      expect(step).toBeLessThan(4)
      for (const { remedy } of remedies) await asSuperuser(remedy, database.name)
      const next = await discoverAs(readerUrl)
      remedies = next.all.filter((item) => item.type === 'partial-access')
    }
    const connector = await open(readerUrl)
    toClose.push(connector)
    const epoch = await connector.openEpoch(never)
    const seen = (await discovered(epoch)).datasets
    expect(await datasetText(epoch, seen, 'public.filtree')).toBe('a\n1\n')
    expect(await datasetText(epoch, seen, 'pre-data')).toContain('CREATE TABLE public.filtree')
  })

  test('never gets a filtered table, even if it asks for it', async () => {
    await asSuperuser(`ALTER ROLE ${roles.reader} NOBYPASSRLS`)
    const connector = await open(readerUrl)
    toClose.push(connector)
    const epoch = await connector.openEpoch(never)
    const dataset: Dataset = {
      id: 'public.filtree',
      kind: 'table',
      slug: 'tables/public.filtree',
      format: 'csv',
      restoreStage: 'data',
      estimatedBytes: 0,
      hasRecords: true,
    }
    const [part] = await partsOf(epoch, dataset)
    await expect(collect(epoch.read(part!, never).bytes)).rejects.toMatchObject({ type: 'access-denied' })
    await expect(epoch.fingerprint(dataset, never)).rejects.toMatchObject({ type: 'access-denied' })
  })
})

describe('what is found', () => {
  test('leaves out what the plan excludes, and says so', async () => {
    const connector = await open(database.url, {
      selection: { include: ['public.*', 'large-objects'], exclude: ['public.lisible', 'large-objects'] },
    })
    toClose.push(connector)
    const epoch = await connector.openEpoch(never)
    const { all, datasets } = await discovered(epoch)
    const left = all.flatMap((item) => (item.type === 'omission' ? [item.omission] : []))
    expect(left.map(({ datasetId, code }) => [datasetId, code])).toEqual([
      ['ferme.coffre', 'excluded-by-plan'],
      ['public.lisible', 'excluded-by-plan'],
      ['large-objects', 'excluded-by-plan'],
      ['post-data', 'excluded-by-plan'],
    ])
    expect(datasets.map(({ id }) => id)).toContain('pre-data')
    // A reference to rows that are not there would make the restore fail.
    expect(left.at(-1)!.item).toContain('filtree_a_fkey')
    expect(await datasetText(epoch, datasets, 'post-data')).not.toContain('filtree_a_fkey')
    expect(await datasetText(epoch, datasets, 'post-data')).toContain('lisible_pkey')
    expect(await datasetText(epoch, datasets, 'load-script')).not.toContain('lisible')
  })

  test('names the other databases of the server, but for scratch ones and an empty postgres', async () => {
    const neighbour = await createDatabase()
    try {
      const { all } = await discoverAs(database.url)
      const names = all.flatMap((item) => (item.type === 'neighbour' ? [item.neighbour] : []))
      expect(names.find(({ title }) => title === neighbour.name)).toMatchObject({
        address: expect.stringMatching(new RegExp(`^postgresql://[^@]+:\\d+/${neighbour.name}$`)),
        estimatedBytes: expect.any(Number),
      })
      expect(names.map(({ title }) => title)).not.toContain(database.name)
      expect(names.map(({ title }) => title)).not.toContain('template1')
    } finally {
      await dropDatabase(neighbour.name)
    }
  })
})

describe('probing the access', () => {
  const probe = (url: string) => postgresql.probeAccess!({ url: secretOf(url) }, contextOf())

  test('tells an accepted login from a refused one', async () => {
    expect(await probe(readerUrl)).toMatchObject({ allowed: true })
    await asSuperuser(`ALTER ROLE ${roles.reader} NOLOGIN`)
    const refused = await probe(readerUrl)
    await asSuperuser(`ALTER ROLE ${roles.reader} LOGIN`)
    expect(refused.allowed).toBe(false)
    expect(refused.evidence).toContain(roles.reader)
    expect(refused.evidence).not.toContain(roles.password)
  })

  test('does not take a server that does not answer for a refusal', async () => {
    await expect(probe('postgresql://someone:word@127.0.0.1:1/erp')).rejects.toMatchObject({
      type: 'unavailable',
    })
  })
})

test('the password is on no command line', async () => {
  const connector = await open(readerUrl)
  toClose.push(connector)
  const epoch = await connector.openEpoch(never)
  const { datasets } = await discovered(epoch)
  const seen: string[] = []
  for (const id of ['public.lisible', 'pre-data']) {
    const [part] = await partsOf(epoch, datasets.find((each) => each.id === id)!)
    const reading = collect(epoch.read(part!, never).bytes)
    let isDone = false
    void reading.finally(() => {
      isDone = true
    })
    while (!isDone) {
      seen.push(...commandLines())
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
    await reading
  }
  expect(seen.some((line) => /psql|pg_dump/.test(line))).toBe(true)
  for (const line of seen) expect(line).not.toContain(roles.password)
})

function commandLines(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return [readFileSync(`/proc/${pid}/cmdline`, 'utf8')]
      } catch {
        return []
      }
    })
}
