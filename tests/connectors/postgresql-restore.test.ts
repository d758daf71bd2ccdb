import { execFile } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { createZstdCompress } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import type { Connector, Epoch } from '../../connectors/connector.ts'
import { findClientPrograms } from '../../connectors/postgresql/client-programs.ts'
import { postgresql } from '../../connectors/postgresql/index.ts'
import type { Dataset } from '../../contract/dataset.ts'
import type { Fingerprint } from '../../contract/fingerprint.ts'
import { asSuperuser, createDatabase, databaseUrl, dropDatabase } from '../support/postgres.ts'
import {
  type AwkwardDatabase,
  awkwardDatabase,
  contextOf,
  discovered,
  never,
  open,
  partsOf,
  secretOf,
} from './postgresql-support.ts'

const run = promisify(execFile)
const targetBytes = 256 * 1024

let source: AwkwardDatabase
let connector: Connector
let epoch: Epoch
let datasets: Dataset[]
let folder: string

beforeAll(async () => {
  source = await awkwardDatabase()
  connector = await open(source.url)
  epoch = await connector.openEpoch(never)
  datasets = (await discovered(epoch)).datasets
  folder = await mkdtemp(join(tmpdir(), 'reversibility-load-'))
})
afterAll(async () => {
  await connector?.close()
  await source?.destroy()
  await rm(folder, { recursive: true, force: true })
})

/** All definitions of a database, without what differs by name. */
async function dump(database: string): Promise<string> {
  const { pgDump } = await findClientPrograms()
  const { stdout } = await run(
    pgDump,
    ['--schema-only', '--exclude-schema=reversibility_ledger', '-d', databaseUrl(database)],
    { maxBuffer: 1 << 26 },
  )
  return (
    stdout
      .replaceAll(/^\\(un)?restrict .*$/gm, '')
      // pg_dump restores inherited columns before a table's own, wherever they stood.
      .replace(/CREATE TABLE public\.enfant \(.*?\n\)/s, 'CREATE TABLE public.enfant')
  )
}

async function largeObjects(database: string): Promise<unknown[]> {
  const { rows } = await asSuperuser(
    `SELECT m.oid, m.lomowner::regrole::text AS owner, m.lomacl::text, encode(lo_get(m.oid), 'hex') AS data, d.description
     FROM pg_largeobject_metadata m LEFT JOIN pg_description d ON d.objoid = m.oid ORDER BY 1`,
    database,
  )
  return rows
}

async function sequences(database: string): Promise<unknown[]> {
  const { rows } = await asSuperuser(
    `SELECT 'compteur', last_value, is_called FROM public.compteur UNION ALL
     SELECT 'neuve', last_value, is_called FROM compta.neuve UNION ALL
     SELECT 'jamais', last_value, is_called FROM "Réf ""x"".y"."Seq 'é'" UNION ALL
     SELECT 'ecritures', last_value, is_called FROM compta.ecritures_id_seq UNION ALL
     SELECT 'types', last_value, is_called FROM public.types_id_seq ORDER BY 1`,
    database,
  )
  return rows
}

async function sourceFingerprints(): Promise<Record<string, Fingerprint>> {
  const all: Record<string, Fingerprint> = {}
  for (const dataset of datasets.filter(({ hasRecords }) => hasRecords)) {
    all[dataset.id] = await epoch.fingerprint(dataset, never)
  }
  return all
}

async function fingerprintsOf(database: string): Promise<Record<string, Fingerprint>> {
  const other = await open(databaseUrl(database))
  try {
    const restored = await other.openEpoch(never)
    const found = (await discovered(restored)).datasets
    const all: Record<string, Fingerprint> = {}
    for (const dataset of found.filter(
      ({ hasRecords, id }) => hasRecords && !id.startsWith('reversibility_'),
    )) {
      all[dataset.id] = await restored.fingerprint(dataset, never)
    }
    return all
  } finally {
    await other.close()
  }
}

describe('a scratch restore', () => {
  test('is the source again: definitions, rows, sequences, large objects', async () => {
    const restore = postgresql.restore!
    const target = restore.target.parse({ server: secretOf(databaseUrl('postgres')) })
    const name = `full_${process.pid}`
    const scratch = await restore.open(target, name, { fresh: true }, contextOf().secrets)
    try {
      for (const stage of ['before', 'data', 'after'] as const) {
        for (const dataset of datasets.filter((each) => each.restoreStage === stage)) {
          const description = await epoch.describe(dataset, never)
          for (const part of await partsOf(epoch, dataset, targetBytes)) {
            const volume = { dataset, description, partIndex: part.index, path: part.path }
            await scratch.load(volume, epoch.read(part, never).bytes, never)
          }
        }
      }
      const restored: Record<string, Fingerprint> = {}
      for (const dataset of datasets.filter(({ hasRecords }) => hasRecords)) {
        restored[dataset.id] = await scratch.fingerprint(dataset, never)
      }
      expect(restored).toEqual(await sourceFingerprints())
      expect(await dump(`rev_${name}`)).toBe(await dump(source.name))
      expect(await sequences(`rev_${name}`)).toEqual(await sequences(source.name))
      expect(await largeObjects(`rev_${name}`)).toEqual(await largeObjects(source.name))
      const view = await asSuperuser('SELECT sum(n)::int AS rows FROM public.resume', `rev_${name}`)
      expect(view.rows[0].rows).toBe(20_000 - Math.floor(20_000 / 7))
    } finally {
      await scratch.destroy()
    }
    const { rows } = await asSuperuser(`SELECT FROM pg_database WHERE datname = 'rev_${name}'`)
    expect(rows).toEqual([])
  })

  test('makes missing roles without login, and drops them with the database that needs them last', async () => {
    const restore = postgresql.restore!
    const target = restore.target.parse({ server: secretOf(databaseUrl('postgres')) })
    const role = `gone_${process.pid}`
    const dataset = datasets.find(({ id }) => id === 'roles')!
    const description = await epoch.describe(dataset, never)
    const volume = { dataset, description, partIndex: 0, path: dataset.slug }
    const statement = `SELECT 'CREATE ROLE ${role} NOLOGIN' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${role}') \\gexec\n`
    const present = async () =>
      (await asSuperuser(`SELECT rolcanlogin FROM pg_roles WHERE rolname = '${role}'`)).rows
    const bytes = () => Readable.from([Buffer.from(statement)])
    const [one, two] = await Promise.all(
      ['one', 'two'].map((name) =>
        restore.open(target, `${name}_${process.pid}`, { fresh: true }, contextOf().secrets),
      ),
    )
    try {
      await one!.load(volume, bytes(), never)
      expect(await present()).toEqual([{ rolcanlogin: false }])
      await two!.load(volume, bytes(), never)
      await one!.destroy()
      expect(await present()).toHaveLength(1)
    } finally {
      await one!.destroy()
      await two!.destroy()
    }
    expect(await present()).toEqual([])
  })

  test('says which extension the server lacks, and which volume needs it', async () => {
    const restore = postgresql.restore!
    const target = restore.target.parse({ server: secretOf(databaseUrl('postgres')) })
    const scratch = await restore.open(target, `lacks_${process.pid}`, { fresh: true }, contextOf().secrets)
    try {
      const dataset = datasets.find(({ id }) => id === 'pre-data')!
      const description = await epoch.describe(dataset, never)
      const volume = { dataset, description, partIndex: 0, path: dataset.slug }
      const sql = Readable.from([
        Buffer.from('CREATE TABLE public.a (); CREATE EXTENSION no_such_extension;'),
      ])
      await expect(scratch.load(volume, sql, never)).rejects.toMatchObject({
        type: 'unsupported',
        message: expect.stringContaining('no_such_extension'),
        subject: 'pre-data',
      })
      // Nothing of the volume stayed: it can be loaded again.
      await scratch.load(volume, Readable.from([Buffer.from('CREATE TABLE public.a ();')]), never)
    } finally {
      await scratch.destroy()
    }
  })

  test('loads nothing of a volume whose bytes break off', async () => {
    const restore = postgresql.restore!
    const target = restore.target.parse({ server: secretOf(databaseUrl('postgres')) })
    const scratch = await restore.open(target, `broken_${process.pid}`, { fresh: true }, contextOf().secrets)
    try {
      const definition = datasets.find(({ id }) => id === 'pre-data')!
      const sql = 'CREATE TABLE public.client (a int);'
      const load = async (id: string, bytes: AsyncIterable<Uint8Array>) => {
        const dataset = datasets.find((each) => each.id === id)!
        const description = await epoch.describe(dataset, never)
        await scratch.load({ dataset, description, partIndex: 0, path: `${id}/0` }, bytes, never)
      }
      await load(definition.id, Readable.from([Buffer.from(sql)]))
      async function* breaking() {
        yield Buffer.from('a\n1\n2\n')
        throw new Error('the store went away')
      }
      await expect(load('public.client', breaking())).rejects.toThrow('the store went away')
      await expect(
        load('public.client', Readable.from([Buffer.from('a\nnot a number\n')])),
      ).rejects.toMatchObject({
        subject: 'public.client',
      })
      const client = datasets.find(({ id }) => id === 'public.client')!
      expect(await scratch.fingerprint(client, never)).toMatchObject({ records: 0 })
      await load('public.client', Readable.from([Buffer.from('a\n1\n2\n')]))
      expect(await scratch.fingerprint(client, never)).toMatchObject({ records: 2 })
    } finally {
      await scratch.destroy()
    }
  })

  test('never drops a database that is not its own', async () => {
    const { name } = await createDatabase(`rev_foreign_${process.pid}`)
    await asSuperuser(`COMMENT ON DATABASE ${name} IS 'precious'`)
    try {
      const restore = postgresql.restore!
      const target = restore.target.parse({ server: secretOf(databaseUrl('postgres')) })
      await expect(
        restore.open(target, `foreign_${process.pid}`, { fresh: true }, contextOf().secrets),
      ).rejects.toMatchObject({ type: 'invalid-input' })
    } finally {
      await dropDatabase(name)
    }
  })
})

describe('load.sh', () => {
  let empty: string

  beforeAll(async () => {
    for (const dataset of datasets) {
      for (const part of await partsOf(epoch, dataset, targetBytes)) {
        const path = join(folder, 'data', part.path)
        await mkdir(dirname(path), { recursive: true })
        const bytes = Readable.from(epoch.read(part, never).bytes)
        if (part.compress) await pipeline(bytes, createZstdCompress(), createWriteStream(`${path}.zst`))
        else await pipeline(bytes, createWriteStream(path))
      }
    }
    empty = (await createDatabase()).name
  })
  afterAll(async () => {
    if (empty !== undefined) await dropDatabase(empty)
  })

  const load = (...args: string[]) => {
    const { host, port, user, password } = inject('stack').postgresql
    const env = {
      PATH: process.env.PATH,
      PGHOST: host,
      PGPORT: String(port),
      PGUSER: user,
      PGPASSWORD: password,
    }
    return run('sh', [join(folder, 'data/schema/load.sh'), ...args], { env, maxBuffer: 1 << 24 })
  }

  test('tells how to decrypt before it touches anything', async () => {
    const file = join(folder, 'data/tables/volume.csv.zst.age')
    await writeFile(file, 'sealed')
    await expect(load(empty)).rejects.toMatchObject({ stderr: expect.stringContaining('age -d -i') })
    await rm(file)
  })

  test('stops at a volume that cannot be read to its end', async () => {
    const { name } = await createDatabase()
    const file = join(folder, 'data/tables/public.grande/part-00001.csv.zst')
    const whole = await readFile(file)
    await writeFile(file, whole.subarray(0, whole.length / 2))
    try {
      await expect(load(name)).rejects.toMatchObject({ code: 1 })
    } finally {
      await writeFile(file, whole)
      await dropDatabase(name)
    }
  })

  test('restores everything with psql and zstd alone', async () => {
    await load(empty)
    // The order of this table's columns is another there, as after pg_restore.
    const { 'public.enfant': sourceChild, ...expected } = await sourceFingerprints()
    const { 'public.enfant': restoredChild, ...restored } = await fingerprintsOf(empty)
    expect(restored).toEqual(expected)
    expect(restoredChild!.records).toBe(sourceChild!.records)
    const child = async (name: string) => (await asSuperuser('SELECT a, b, c FROM public.enfant', name)).rows
    expect(await child(empty)).toEqual(await child(source.name))
    expect(await dump(empty)).toBe(await dump(source.name))
    expect(await sequences(empty)).toEqual(await sequences(source.name))
    expect(await largeObjects(empty)).toEqual(await largeObjects(source.name))
    const settings = `SELECT r.rolname, s.setconfig FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase
      LEFT JOIN pg_roles r ON r.oid = s.setrole WHERE d.datname = `
    const of = async (name: string) => (await asSuperuser(`${settings}'${name}' ORDER BY 1`)).rows
    expect(await of(empty)).toEqual(await of(source.name))
  })

  test('refuses a database that holds something', async () => {
    await expect(load(empty)).rejects.toMatchObject({ stderr: expect.stringContaining('not empty') })
  })

  test('is understood by dash', async () => {
    const text = await readFile(join(folder, 'data/schema/load.sh'), 'utf8')
    await run('dash', ['-n', join(folder, 'data/schema/load.sh')])
    expect(text).not.toMatch(/\[\[|pipefail|function /)
  })
})
