import pg from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Connector, Epoch } from '../../connectors/connector.ts'
import type { Dataset } from '../../contract/dataset.ts'
import { combineFingerprints, type Fingerprint } from '../../contract/fingerprint.ts'
import { fingerprintVolume } from '../../packaging/formats/fingerprint-volume.ts'
import { memoryWorkspace } from '../support/memory-workspace.ts'
import { asSuperuser, createDatabase, dropDatabase, type TestDatabase } from '../support/postgres.ts'
import {
  collect,
  connectionsTo,
  datasetText,
  discovered,
  never,
  open,
  partsOf,
  textOf,
} from './postgresql-support.ts'

let database: TestDatabase
const toClose: (() => Promise<void>)[] = []

beforeAll(async () => {
  database = await createDatabase()
  await asSuperuser(
    `CREATE TABLE credit (id int PRIMARY KEY, solde bigint NOT NULL);
     CREATE TABLE debit (id int PRIMARY KEY, solde bigint NOT NULL);
     INSERT INTO credit SELECT i, 1000 FROM generate_series(1, 5000) i;
     INSERT INTO debit SELECT i, 1000 FROM generate_series(1, 5000) i;
     CREATE TABLE a_vider AS SELECT i FROM generate_series(1, 1000) i;
     CREATE SEQUENCE numeros`,
    database.name,
  )
})
afterEach(async () => {
  for (const close of toClose.splice(0).reverse()) await close()
})
afterAll(() => dropDatabase(database.name))

async function opened(
  overrides: Parameters<typeof open>[1] = {},
): Promise<{ connector: Connector; epoch: Epoch; datasets: Dataset[] }> {
  const connector = await open(database.url, overrides)
  toClose.push(() => connector.close())
  const epoch = await connector.openEpoch(never)
  return { connector, epoch, datasets: (await discovered(epoch)).datasets }
}

async function joined(token: string, overrides: Parameters<typeof open>[1] = {}): Promise<Epoch> {
  const connector = await open(database.url, overrides)
  toClose.push(() => connector.close())
  return connector.joinEpoch(token, never)
}

/** Moves money between the tables until stopped; the sum never changes for who sees one instant. */
function startWriter(): { stop: () => Promise<number> } {
  let isRunning = true
  const working = (async () => {
    const client = new pg.Client({ connectionString: database.url })
    await client.connect()
    let moves = 0
    while (isRunning) {
      const from = moves % 2 === 0 ? 'credit' : 'debit'
      const to = from === 'credit' ? 'debit' : 'credit'
      const amount = 1 + (moves % 7)
      await client.query(
        `BEGIN; UPDATE ${from} SET solde = solde - ${amount} WHERE id = ${1 + (moves % 5000)};
         UPDATE ${to} SET solde = solde + ${amount} WHERE id = ${1 + ((moves * 7) % 5000)};
         INSERT INTO ${to} VALUES (${10_000 + moves}, 3); UPDATE ${from} SET solde = solde - 3 WHERE id = 1; COMMIT`,
      )
      moves += 1
    }
    await client.end()
    return moves
  })()
  return {
    stop: () => {
      isRunning = false
      return working
    },
  }
}

function sumOf(csv: string): bigint {
  return csv
    .split('\n')
    .slice(1, -1)
    .reduce((sum, line) => sum + BigInt(line.split(',')[1]!), 0n)
}

describe('one instant', () => {
  test('holds across tables, parts and readers while money moves between the tables', async () => {
    const writer = startWriter()
    try {
      for (let round = 0; round < 3; round++) {
        const workspace = memoryWorkspace()
        const { epoch, datasets } = await opened({ workspace })
        const readers = await Promise.all([1, 2, 3].map(() => joined(epoch.token, { workspace })))
        const ids = ['public.credit', 'public.debit']
        const jobs = []
        for (const dataset of datasets.filter(({ id }) => ids.includes(id))) {
          const parts = await partsOf(epoch, dataset, 32 * 1024)
          expect(parts.length).toBeGreaterThan(2)
          jobs.push(...parts.map((part, index) => textOf(readers[index % 3]!, part)))
        }
        const texts = await Promise.all(jobs)
        expect(texts.reduce((sum, text) => sum + sumOf(text), 0n)).toBe(10_000_000n)
        for (const dataset of datasets.filter(({ id }) => ids.includes(id))) {
          const ofParts: Fingerprint[] = []
          for (const part of await partsOf(epoch, dataset, 32 * 1024)) {
            ofParts.push((await fingerprintVolume('csv', readers[0]!.read(part, never).bytes))!)
          }
          expect(combineFingerprints(ofParts)).toEqual(await readers[1]!.fingerprint(dataset, never))
        }
        await epoch.close()
      }
    } finally {
      expect(await writer.stop()).toBeGreaterThan(20)
    }
  })

  test('keeps sequences as they stood when the reading was opened, for every reader', async () => {
    const workspace = memoryWorkspace()
    await asSuperuser(`SELECT setval('numeros', 41)`, database.name)
    const { epoch, datasets } = await opened({ workspace })
    await asSuperuser(`SELECT nextval('numeros') FROM generate_series(1, 100)`, database.name)
    const other = await joined(epoch.token, { workspace })
    const text = await datasetText(other, datasets, 'sequences')
    expect(text).toContain(`setval('"public"."numeros"', 41, true)`)
    expect(await datasetText(epoch, datasets, 'sequences')).toBe(text)
  })

  test('makes TRUNCATE and rewriting wait, so that no table comes out empty', async () => {
    const { epoch, datasets } = await opened()
    for (const statement of [
      'TRUNCATE a_vider',
      'VACUUM FULL a_vider',
      'ALTER TABLE a_vider ALTER i TYPE bigint',
    ]) {
      const client = new pg.Client({ connectionString: database.url })
      await client.connect()
      try {
        await client.query(`SET lock_timeout TO '200ms'`)
        await expect(client.query(statement)).rejects.toMatchObject({ code: '55P03' })
      } finally {
        await client.end()
      }
    }
    const table = datasets.find(({ id }) => id === 'public.a_vider')!
    expect(await epoch.fingerprint(table, never)).toMatchObject({ records: 1000 })
  })
})

describe('a lost holder', () => {
  test('is epoch-lost for the holder and for every joiner, in each of their calls', async () => {
    const workspace = memoryWorkspace()
    const { epoch, datasets } = await opened({ workspace })
    const other = await joined(epoch.token, { workspace })
    await other.alive!(never)
    await epoch.alive!(never)
    const table = datasets.find(({ id }) => id === 'public.credit')!
    const [part] = await partsOf(other, table)
    const pid = Number(epoch.token.split(':')[4])
    await asSuperuser(`SELECT pg_terminate_backend(${pid})`)
    await expect
      .poll(() => asSuperuser(`SELECT FROM pg_stat_activity WHERE pid = ${pid}`).then(({ rows }) => rows))
      .toEqual([])
    const lost = { type: 'epoch-lost' }
    await expect(epoch.alive!(never)).rejects.toMatchObject(lost)
    await expect(other.alive!(never)).rejects.toMatchObject(lost)
    await expect(collect(epoch.discover(never))).rejects.toMatchObject(lost)
    await expect(collect(epoch.read(part!, never).bytes)).rejects.toMatchObject(lost)
    await expect(collect(other.read(part!, never).bytes)).rejects.toMatchObject(lost)
    const [definition] = await partsOf(other, datasets.find(({ id }) => id === 'pre-data')!)
    await expect(collect(other.read(definition!, never).bytes)).rejects.toMatchObject(lost)
    await expect(joined(epoch.token, { workspace })).rejects.toMatchObject(lost)
  })

  test('is noticed by a reader that never spoke to the server before', async () => {
    const { epoch } = await opened()
    await epoch.close()
    await expect(joined(epoch.token)).rejects.toMatchObject({ type: 'epoch-lost' })
    await expect(collect(epoch.discover(never))).rejects.toMatchObject({ type: 'epoch-lost' })
  })

  test('is not mistaken for another database of the same server', async () => {
    const { epoch } = await opened()
    const other = await createDatabase()
    try {
      const connector = await open(other.url)
      toClose.push(() => connector.close())
      await expect(connector.joinEpoch(epoch.token, never)).rejects.toMatchObject({ type: 'epoch-lost' })
      await connector.close()
    } finally {
      await dropDatabase(other.name)
    }
  })
})

describe('connections', () => {
  test('never exceed what the plan allows, the holder included', async () => {
    const workspace = memoryWorkspace()
    const { epoch, datasets } = await opened({ workspace, maxConnections: 2 })
    const tables = datasets.filter(({ hasRecords }) => hasRecords)
    let most = 0
    let isWatching = true
    const watch = (async () => {
      while (isWatching) most = Math.max(most, await connectionsTo(database.name))
    })()
    await Promise.all(
      tables.flatMap((table) => [
        epoch.fingerprint(table, never),
        partsOf(epoch, table, 64 * 1024).then((parts) =>
          Promise.all(parts.map((part) => textOf(epoch, part))),
        ),
        epoch.describe(table, never),
      ]),
    )
    isWatching = false
    await watch
    expect(most).toBeLessThanOrEqual(2)
    expect(most).toBe(2)
  })

  test('suffice for a holder alone with one, which says so when it is asked to read', async () => {
    const connector = await open(database.url, { maxConnections: 1 })
    toClose.push(() => connector.close())
    const epoch = await connector.openEpoch(never)
    await epoch.alive!(never)
    await expect(collect(epoch.discover(never))).rejects.toMatchObject({
      type: 'invalid-input',
      remedy: expect.stringContaining('at least 2'),
    })
  })

  test('are gone soon after a long query is cancelled, at the server too', async () => {
    await asSuperuser(
      `CREATE TABLE lente AS SELECT i, repeat('x', 200) AS t FROM generate_series(1, 300000) i`,
      database.name,
    )
    const { epoch, datasets } = await opened()
    const before = await connectionsTo(database.name)
    const table = datasets.find(({ id }) => id === 'public.lente')!
    const abort = new AbortController()
    const started = performance.now()
    setTimeout(() => abort.abort(), 50)
    await expect(epoch.fingerprint(table, abort.signal)).rejects.toMatchObject({ type: 'cancelled' })
    expect(performance.now() - started).toBeLessThan(3_000)
    await expect.poll(() => connectionsTo(database.name), { timeout: 5_000 }).toBeLessThanOrEqual(before)
    await asSuperuser('SELECT 1', database.name)
    await epoch.close()
    await asSuperuser('DROP TABLE lente', database.name)
  })
})
