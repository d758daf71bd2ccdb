import { afterAll, beforeAll, expect, test } from 'vitest'
import { asSuperuser, createDatabase, dropDatabase, type TestDatabase } from '../support/postgres.ts'
import { datasetText, discovered, never, open } from './postgresql-support.ts'

const password = 'mot-de-passe-du-voisin'
let database: TestDatabase

beforeAll(async () => {
  database = await createDatabase()
  await asSuperuser(
    `CREATE EXTENSION postgres_fdw; CREATE SERVER voisin FOREIGN DATA WRAPPER postgres_fdw OPTIONS (dbname 'autre');
     CREATE USER MAPPING FOR CURRENT_USER SERVER voisin OPTIONS (user 'lecteur', password '${password}');
     CREATE SUBSCRIPTION flux CONNECTION 'host=ailleurs password=${password}' PUBLICATION p
       WITH (connect = false, enabled = false, create_slot = false, slot_name = NONE);
     CREATE TABLE presente (a int PRIMARY KEY)`,
    database.name,
  )
})
afterAll(async () => {
  await asSuperuser('DROP SUBSCRIPTION flux', database.name)
  await dropDatabase(database.name)
})

test('passwords of other systems are in no definition, and what held them is an omission', async () => {
  const connector = await open(database.url)
  try {
    const epoch = await connector.openEpoch(never)
    const { all, datasets } = await discovered(epoch)
    const omitted = all.flatMap((found) => (found.type === 'omission' ? found.omission.item : []))
    expect(omitted.filter((item) => /^(subscription|user mapping) /.test(item))).toEqual([
      'subscription flux',
      expect.stringMatching(/^user mapping .* on voisin$/),
    ])
    for (const dataset of datasets.filter(({ kind }) => kind === 'definition')) {
      expect(await datasetText(epoch, datasets, dataset.id)).not.toContain(password)
    }
    expect(await datasetText(epoch, datasets, 'pre-data')).toContain('CREATE SERVER voisin')
    expect(await datasetText(epoch, datasets, 'pre-data')).toContain('CREATE TABLE public.presente')
  } finally {
    await connector.close()
  }
})
