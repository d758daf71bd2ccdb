import { execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, inject, test } from 'vitest'
import { connectors } from '../../connectors/registry.ts'
import { compilePlan } from '../../contract/plan/compile.ts'
import { secretReferences } from '../../contract/plan/secret-references.ts'
import { generateExample } from '../../examples/orme/generate.ts'
import { exampleFolder, exampleSources } from '../support/example.ts'

const planFile = new URL('../../examples/orme/plan.yaml', import.meta.url)

let environment: Record<string, string>
beforeAll(async () => {
  environment = (await exampleSources()).environment
})

test('finds everything in place the second time, within a second, and answers the same', async () => {
  const before = await stat(environment.ORME_PARTAGE!)
  const startedAt = performance.now()
  const again = await exampleSources()
  expect(performance.now() - startedAt).toBeLessThan(1_000)
  expect(again.environment).toEqual(environment)
  expect((await stat(environment.ORME_PARTAGE!)).ino).toBe(before.ino)
})

test('has a plan that compiles, and whose every reference it supplies', async () => {
  const text = await readFile(planFile, 'utf8')
  const compiled = compilePlan({ text, fileName: 'plan.yaml', connectors })
  expect(compiled.problems ?? []).toEqual([])
  const supplied = new Set([...Object.keys(environment), 'S3_BUCKET'].map((name) => `env:${name}`))
  const references = secretReferences(compiled.plan!).map(({ reference }) => reference)
  expect(references.filter((reference) => !supplied.has(reference))).toEqual([])
  expect(references).toContain('env:ORME_PARTAGE')
})

test('declares neither the forgotten database nor the volume that is really there', async () => {
  const text = await readFile(planFile, 'utf8')
  expect(text).not.toContain('orme_archives_2019')
  const { plan } = compilePlan({ text, fileName: 'plan.yaml', connectors })
  const share = plan!.sources.find(({ id }) => id === 'partage')
  expect(share!.expected!.bytes).toBe(40_000_000_000)
})

test('keeps its keys to itself, and they are a pair', async () => {
  const key = join(exampleFolder, 'keys', 'signature')
  expect((await stat(key)).mode & 0o777).toBe(0o600)
  expect((await stat(join(exampleFolder, 'keys'))).mode & 0o777).toBe(0o700)
  const publicLine = execFileSync('ssh-keygen', ['-y', '-f', key], { encoding: 'utf8' })
  expect(publicLine.trim()).toBe(environment.ORME_PUBLIC_KEY)
  expect(environment.ORME_RECIPIENT).toMatch(/^age1[a-z0-9]{58}$/)
})

test('names the server when it cannot be used', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'orme-'))
  const url = new URL(inject('stack').postgresql.url)
  url.port = '1'
  const attempt = generateExample({ serverUrl: url.href, folder, seed: 42 })
  await expect(attempt).rejects.toMatchObject({ type: 'unavailable', message: expect.stringContaining(':1') })
  await expect(attempt).rejects.not.toThrow(url.password)
  await rm(folder, { recursive: true, force: true })
})

test('refuses a seed that the server could not draw from', async () => {
  const attempt = generateExample({
    serverUrl: inject('stack').postgresql.url,
    folder: exampleFolder,
    seed: -1,
  })
  await expect(attempt).rejects.toMatchObject({ type: 'invalid-input' })
})
