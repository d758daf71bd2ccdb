import { createHash } from 'node:crypto'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { expect, test } from 'vitest'
import { openStack } from '../../stack/open-stack.ts'
import { saying, startScript } from './child.ts'
import { bareEnvironment, processesOf, scratchRoot, stateFileOf, stateOf, survivors } from './scratch-root.ts'
import { query, withS3 } from './use-stack.ts'

const environment = bareEnvironment()

test('a second start takes seconds and finds addresses, credentials and data again; a stop leaves no process', async () => {
  const root = scratchRoot()
  const first = await openStack({ root, environment })
  const processes = processesOf(stateOf(root))
  expect(processes).toHaveLength(4)
  await query(first, 'CREATE TABLE kept AS SELECT 42 AS answer')
  await withS3(first, (s3) =>
    s3.send(new PutObjectCommand({ Bucket: first.s3.bucket, Key: 'kept', Body: '42' })),
  )
  await first.stop()
  expect(survivors(processes)).toEqual([])

  const started = Date.now()
  const second = await openStack({ root, environment })
  expect((Date.now() - started) / 1000).toBeLessThan(15)
  expect(second.environment()).toEqual(first.environment())
  expect(await query(second, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }])
  const body = await withS3(second, async (s3) => {
    const object = await s3.send(new GetObjectCommand({ Bucket: second.s3.bucket, Key: 'kept' }))
    return object.Body?.transformToString()
  })
  expect(body).toBe('42')
  const again = processesOf(stateOf(root))
  await second.stop()
  await second.stop()
  expect(survivors(again)).toEqual([])
})

test('only the owner can read the credentials', async () => {
  const root = scratchRoot()
  const stack = await openStack({ root, environment, services: ['s3'] })
  await stack.stop()
  expect(statSync(stateFileOf(root)).mode & 0o777).toBe(0o600)
})

test('everything is kept under the root, and nothing is left elsewhere', async () => {
  const before = readdirSync('/var/tmp')
  const root = scratchRoot()
  const stack = await openStack({ root, environment, services: ['postgresql'] })
  expect(stateOf(root).services.postgresql.settings?.dataFolder).toBe(join(root, '.stack', 'postgresql'))
  const ours = createHash('sha256').update(root).digest('hex').slice(0, 16)
  const added = readdirSync('/var/tmp').filter((name) => !before.includes(name))
  expect(added.filter((name) => name.includes(ours))).toEqual([])
  await stack.stop()
})

test('a root that other users cannot enter has PostgreSQL all the same', async () => {
  const root = scratchRoot({ othersMayEnter: false })
  const stack = await openStack({ root, environment, services: ['postgresql'] })
  const inside = stateOf(root).services.postgresql.settings?.dataFolder.startsWith(root)
  expect(inside).toBe(process.getuid?.() !== 0)
  expect(await query(stack, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
  await stack.stop()
})

test('processes that start at once share one stack, which stops with the last of them', async () => {
  const root = scratchRoot()
  const holders = [1, 2, 3].map(() => startScript('hold-stack.ts', [root, 's3']))
  const addresses = await Promise.all(holders.map((holder) => saying(holder, /\n/)))
  expect(new Set(addresses).size).toBe(1)
  const processes = processesOf(stateOf(root))
  expect(processes).toHaveLength(2)

  const [killed, ended, last] = holders
  killed?.process.kill('SIGKILL')
  ended?.process.stdin.end()
  await Promise.all([killed?.ended, ended?.ended])
  // Another user opens and leaves it, which lets the keeper have looked at who is left.
  const stack = await openStack({ root, environment, services: ['s3'] })
  await stack.stop()
  expect(survivors(processes)).toHaveLength(2)

  last?.process.stdin.end()
  expect(await last?.ended).toEqual({ code: 0, signal: null })
  expect(survivors(processes)).toEqual([])
})

test('a service is added to a stack that runs without it', async () => {
  const root = scratchRoot()
  const s3 = await openStack({ root, environment, services: ['s3'] })
  expect(s3.environment()).not.toHaveProperty('REVERSIBILITY_POSTGRESQL_URL')
  const gateway = stateOf(root).services.s3.process
  const postgresql = await openStack({ root, environment, services: ['postgresql'] })
  expect(await query(postgresql, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
  expect(stateOf(root).services.s3.process).toEqual(gateway)
  await s3.stop()
  expect(await query(postgresql, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
  await postgresql.stop()
})
