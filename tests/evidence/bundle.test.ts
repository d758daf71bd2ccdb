import { execFileSync } from 'node:child_process'
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runPrefix } from '../../contract/layout.ts'
import { writeEvidence } from '../../evidence/bundle.ts'
import { MemoryStore } from '../support/memory-store.ts'

const run = { contractId: 'orme-si', runId: 'rehearsal-1' }
let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'evidence-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function filled(): Promise<MemoryStore> {
  const store = new MemoryStore()
  for (const name of [
    'plan.yaml',
    'journal/00000001.json',
    'records/report.json',
    'sources/erp/epoch-0001/root.json',
  ]) {
    await store.put(`${runPrefix(run)}${name}`, Buffer.from(`content of ${name}`))
  }
  return store
}

test('the evidence of a run is a ZIP of its plan, journal and records, without its data', async () => {
  const file = join(folder, 'evidence.zip')
  await writeEvidence(await filled(), run, createWriteStream(file))
  const script =
    'import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; print(*z.namelist())'
  const names = execFileSync('python3', ['-c', script, file]).toString().trim().split(' ')
  expect(names).toEqual(['plan.yaml', 'journal/00000001.json', 'records/report.json'])
})

test('an object that cannot be read is an error, and no smaller ZIP', async () => {
  const store = await filled()
  store.get = async function* () {
    yield Buffer.from('half of')
    throw new Error('the store went away')
  }
  await expect(writeEvidence(store, run, new PassThrough().resume())).rejects.toThrow(/went away/)
})

test('a place that cannot be written to is an error', async () => {
  await expect(
    writeEvidence(await filled(), run, createWriteStream(join(folder, 'no', 'such'))),
  ).rejects.toThrow(/ENOENT/)
})
