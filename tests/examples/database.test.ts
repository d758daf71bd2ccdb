import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { writeDatabases } from '../../examples/orme/database.ts'
import { exampleKeys } from '../../examples/orme/keys.ts'
import { exampleFolder, exampleSeed, exampleSources } from '../support/example.ts'
import { asSuperuser, dropDatabase } from '../support/postgres.ts'

const userTables = `
  SELECT c.oid::regclass::text AS name, n.nspname AS schema, c.relkind AS kind
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND c.relkind IN ('r', 'p')
  ORDER BY 1`

let environment: Record<string, string>
beforeAll(async () => {
  environment = (await exampleSources()).environment
})

async function asReader<T extends pg.QueryResultRow>(sql: string): Promise<T[]> {
  const client = new pg.Client({ connectionString: environment.ORME_ERP_URL! })
  await client.connect()
  try {
    return (await client.query<T>(sql)).rows
  } finally {
    await client.end()
  }
}

/** Every table's rows as one count and one order-free digest. */
async function digests(database: string): Promise<Record<string, string>> {
  const tables = await asSuperuser(`SET search_path = ''; ${userTables}`, database)
  const names: { name: string; kind: string }[] = (tables as unknown as pg.QueryResult[])[1]!.rows
  const union = names
    .filter(({ kind }) => kind === 'r')
    .map(
      ({ name }) =>
        `SELECT ${pg.escapeLiteral(name)} AS name, count(*) || ' ' || coalesce(sum(hashtextextended(t::text, 0)), 0) AS digest FROM ONLY ${name} t`,
    )
    .join(' UNION ALL ')
  const { rows } = await asSuperuser(union, database)
  return Object.fromEntries(rows.map(({ name, digest }) => [name, digest]))
}

describe('the ERP database', () => {
  test('has at least 25 tables in 3 schemas and 300,000 rows, one table of 150,000', async () => {
    const tables = await asReader<{ name: string; schema: string; kind: string }>(userTables)
    expect(tables.filter(({ kind }) => kind === 'r').length).toBeGreaterThanOrEqual(25)
    expect(new Set(tables.map(({ schema }) => schema)).size).toBeGreaterThanOrEqual(3)
    const counts = Object.values(await digests('orme_erp')).map((digest) => Number(digest.split(' ')[0]))
    expect(counts.reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(300_000)
    expect(Math.max(...counts)).toBe(150_000)
  })

  test('can be read whole by the reading user, who writes nothing and whom no row policy filters', async () => {
    const [missing] = await asReader<{ tables: string; objects: string }>(`
      SELECT count(*) FILTER (WHERE NOT has_table_privilege(c.oid, 'SELECT')) AS tables,
        (SELECT count(*) FROM pg_largeobject_metadata m WHERE lomacl::text NOT LIKE '%orme_lecture=r%') AS objects
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND c.relkind IN ('r', 'p', 'v', 'm', 'S')`)
    expect(missing).toEqual({ tables: '0', objects: '0' })
    const [paie] = await asReader<{ seen: string }>('SELECT count(*) AS seen FROM rh.paie')
    expect(paie!.seen).toBe('36000')
    await expect(asReader('DELETE FROM stock.inventaires')).rejects.toThrow(/permission denied/)
  })

  test.each([
    ['partitions by year, one split again', `SELECT FROM pg_class WHERE relispartition AND relkind = 'p'`],
    ['a row policy', 'SELECT FROM pg_policy'],
    ['large objects', 'SELECT FROM pg_largeobject_metadata OFFSET 4'],
    [
      'a table without columns',
      `SELECT FROM pg_class WHERE relkind = 'r' AND relnatts = 0 AND relname = 'sans_colonne'`,
    ],
    ['an empty table', `SELECT WHERE NOT EXISTS (SELECT FROM technique.vide)`],
    ['a column name of two lines', `SELECT FROM pg_attribute WHERE attname LIKE E'%\\n%'`],
    ['a quoted column name', `SELECT FROM pg_attribute WHERE attname = 'colonne "citée"'`],
    ['identity columns', `SELECT FROM pg_attribute WHERE attidentity = 'a'`],
    ['generated columns', `SELECT FROM pg_attribute WHERE attgenerated = 's'`],
    ['a dropped column', `SELECT FROM pg_attribute WHERE attisdropped AND attnum > 0`],
    ['materialized views', `SELECT FROM pg_class WHERE relkind = 'm' AND relispopulated OFFSET 1`],
    ['a trigger', 'SELECT FROM pg_trigger WHERE NOT tgisinternal'],
    ['numbers beyond 64 bits', 'SELECT FROM technique.types_numeriques WHERE exact > 9223372036854775807'],
    ['infinite instants', `SELECT FROM technique.types_temps WHERE instant_fuseau = 'infinity'`],
    [
      'an empty text beside a NULL',
      `SELECT FROM technique.types_textes WHERE texte = '' OR texte IS NULL OFFSET 1`,
    ],
    [
      'an array that does not start at one',
      'SELECT FROM technique.types_structures WHERE array_lower(decale, 1) = -1',
    ],
    ['a table without a key', `SELECT FROM pg_class WHERE relname = 'sans_cle' AND NOT relhasindex`],
    ['reports that leave tickets out', 'SELECT FROM service.ecart_rapports WHERE omis > 0'],
  ])('holds %s', async (_, sql) => {
    expect((await asReader(sql)).length).toBeGreaterThan(0)
  })

  test('has a neighbour on its server that the plan does not name', async () => {
    const { rows } = await asSuperuser('SELECT count(*) AS rows FROM commandes_2019', 'orme_archives_2019')
    expect(rows).toEqual([{ rows: '20000' }])
  })
})

describe('a second set of databases from the same seed', () => {
  const suffix = randomBytes(4).toString('hex')
  const names = { erp: `orme_erp_${suffix}`, forgotten: `orme_archives_${suffix}` }
  afterAll(async () => {
    await dropDatabase(names.erp)
    await dropDatabase(names.forgotten)
  })

  test('holds the same rows, and is left alone the next time', async () => {
    const { readerPassword, rehearsalPassword } = await exampleKeys(exampleFolder)
    const request = {
      serverUrl: inject('stack').postgresql.url,
      seed: exampleSeed,
      readerPassword,
      rehearsalPassword,
      onMessage: () => undefined,
      names,
    }
    expect(await writeDatabases(request)).toEqual({ made: true })
    expect(await digests(names.erp)).toEqual(await digests('orme_erp'))
    expect(await writeDatabases(request)).toEqual({ made: false })
    expect(await writeDatabases({ ...request, seed: exampleSeed + 1 })).toEqual({ made: true })
    expect(await digests(names.erp)).not.toEqual(await digests('orme_erp'))
  })
})
