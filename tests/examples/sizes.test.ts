import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, inject, test } from 'vitest'
import { generateSmallFiles, generateTable } from '../../examples/sizes.ts'
import { createDatabase, dropDatabase } from '../support/postgres.ts'

const folders: string[] = []
const databases: string[] = []
afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true })
  for (const name of databases) await dropDatabase(name)
})

test('makes as many files and bytes as asked, once', async () => {
  const parent = await mkdtemp(join(tmpdir(), 'orme-sizes-'))
  folders.push(parent)
  const folder = join(parent, 'files')
  const wanted = { folder, count: 1_200, totalBytes: 7_000_001 }
  await generateSmallFiles(wanted)
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) =>
    entry.isFile(),
  )
  expect(files).toHaveLength(1_200)
  let bytes = 0
  for (const file of files) bytes += (await stat(join(file.parentPath, file.name))).size
  expect(bytes).toBe(7_000_001)
  const { ino } = await stat(folder)
  await generateSmallFiles(wanted)
  expect((await stat(folder)).ino).toBe(ino)
  await generateSmallFiles({ ...wanted, count: 10, totalBytes: 1_000 })
  expect(await readdir(join(folder, 'dossier 0'))).toHaveLength(10)
})

test('makes a table of at least the size asked, once', async () => {
  const { name } = await createDatabase()
  databases.push(name)
  const wanted = { serverUrl: inject('stack').postgresql.url, database: name, bytes: 20_000_000 }
  const made = await generateTable(wanted)
  expect(made.bytes).toBeGreaterThanOrEqual(20_000_000)
  expect(made.bytes).toBeLessThan(60_000_000)
  expect(made.rows % 100_000).toBe(0)
  const startedAt = performance.now()
  expect(await generateTable(wanted)).toEqual(made)
  expect(performance.now() - startedAt).toBeLessThan(1_000)
})
