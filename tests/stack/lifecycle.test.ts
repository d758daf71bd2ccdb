import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import pg from 'pg'
import { expect, test } from 'vitest'
import { openStack } from '../../stack/open-stack.ts'
import { identify, isAlive, signalProcess } from '../../stack/process-identity.ts'
import type { Stack } from '../../stack/stack.ts'
import { type StackState, writeState } from '../../stack/state.ts'
import { saying, startScript } from './child.ts'
import {
  bareEnvironment,
  processesOf,
  scratchRoot,
  stateFileOf,
  stateOf,
  survivors,
  survivorsWithin,
} from './scratch-root.ts'

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

test('a root that other users cannot enter has PostgreSQL all the same', async () => {
  const root = scratchRoot({ othersMayEnter: false })
  const stack = await openStack({ root, environment, services: ['postgresql'] })
  expect(await query(stack, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
  await stack.stop()
})

test('PostgreSQL is let in again when the state with its password was lost', async () => {
  const root = scratchRoot()
  const stack = await openStack({ root, environment, services: ['postgresql'] })
  await query(stack, 'CREATE TABLE kept AS SELECT 42 AS answer')
  await stack.stop()
  const state = stateOf(root)
  state.services.postgresql.settings = null
  writeState(stateFileOf(root), state)
  const again = await openStack({ root, environment, services: ['postgresql'] })
  expect(again.postgresql.password).not.toBe(stack.postgresql.password)
  expect(await query(again, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }])
  await again.stop()
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

test('a user killed by SIGKILL leaves nothing running', async () => {
  const root = scratchRoot()
  const holder = startScript('hold-stack.ts', [root, 's3', 'postgresql'])
  await saying(holder, /\n/)
  const processes = processesOf(stateOf(root))
  expect(processes).toHaveLength(3)
  holder.process.kill('SIGKILL')
  expect(await survivorsWithin(15, processes)).toEqual([])
})

test('servers end with a keeper killed by SIGKILL, and the next start works', async () => {
  const root = scratchRoot()
  const stack = await openStack({ root, environment, services: ['s3', 'postgresql'] })
  const processes = processesOf(stateOf(root))
  signalProcess(stateOf(root).keeper, 'SIGKILL')
  expect(await survivorsWithin(15, processes)).toEqual([])
  const next = await openStack({ root, environment, services: ['s3', 'postgresql'] })
  expect(next.environment()).toEqual(stack.environment())
  expect(await query(next, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
  await stack.stop()
  await next.stop()
})

test('a server left by a dead keeper is stopped by the next start, and a stranger with its pid is not', async () => {
  const root = scratchRoot()
  const first = await openStack({ root, environment, services: ['s3'] })
  await first.stop()
  // Where the kernel does not end servers with their keeper, these are what a crash leaves.
  const [leftover, stranger] = [1, 2].map(() => spawn('sleep', ['600'], { stdio: 'ignore' }))
  const left = identify(leftover?.pid ?? 0)
  const other = identify(stranger?.pid ?? 0)
  if (left === undefined || other === undefined) throw new Error('sleep did not start')
  const state = stateOf(root)
  state.services.temporal.process = left
  state.services.postgresql.process = { pid: other.pid, started: 'another start' }
  writeState(stateFileOf(root), state)
  const next = await openStack({ root, environment, services: ['s3'] })
  try {
    expect(isAlive(left)).toBe(false)
    expect(isAlive(other)).toBe(true)
  } finally {
    stranger?.kill()
    await next.stop()
  }
})

test('a state whose pids belong to strangers since a restart of the machine is not believed', async () => {
  const root = scratchRoot()
  const first = await openStack({ root, environment, services: ['s3'] })
  await first.stop()
  const state: StackState = stateOf(root)
  state.keeper = { pid: process.pid, started: 'another boot/1', phase: 'running', leases: [] }
  state.services.s3.phase = 'ready'
  writeState(stateFileOf(root), state)
  const next = await openStack({ root, environment, services: ['s3'] })
  expect(stateOf(root).keeper.pid).not.toBe(process.pid)
  expect(isAlive(stateOf(root).services.s3.process ?? { pid: 0, started: '' })).toBe(true)
  await next.stop()
})

test('a server that ends by itself is started again for the next user, on another port when its own is taken', async () => {
  const root = scratchRoot()
  const first = await openStack({ root, environment, services: ['s3'] })
  const gateway = stateOf(root).services.s3.process
  if (gateway === null) throw new Error('no gateway')
  signalProcess(gateway, 'SIGKILL')
  while (stateOf(root).services.s3.phase !== 'failed') await new Promise((resolve) => setTimeout(resolve, 20))

  const { createServer } = await import('node:net')
  const squatter = createServer().listen(Number(new URL(first.s3.endpoint).port), '127.0.0.1')
  await once(squatter, 'listening')
  try {
    const second = await openStack({ root, environment, services: ['s3'] })
    expect(second.s3.endpoint).not.toBe(first.s3.endpoint)
    await withS3(second, (s3) =>
      s3.send(new PutObjectCommand({ Bucket: second.s3.bucket, Key: 'a', Body: 'b' })),
    )
    await second.stop()
  } finally {
    squatter.close()
    await first.stop()
  }
})

test('a server that cannot start says why, with the end of its log', async () => {
  const root = scratchRoot()
  const stack = await openStack({ root, environment, services: ['postgresql'] })
  const settings = stateOf(root).services.postgresql.settings
  await stack.stop()
  const { rmSync } = await import('node:fs')
  rmSync(join(settings?.dataFolder ?? '', 'cluster', 'global'), { recursive: true })
  const failing = openStack({ root, environment, services: ['postgresql'] })
  await expect(failing).rejects.toMatchObject({
    name: 'StackError',
    type: 'unavailable',
    message: expect.stringContaining('PostgreSQL ended while starting'),
    remedy: expect.stringMatching(/postgresql\.log[\s\S]*global/),
  })
  expect(survivors(processesOf(stateOf(root)))).toEqual([])
})

test('giving up while a stack starts stops what was started', async () => {
  const root = scratchRoot()
  mkdirSync(dirname(stateFileOf(root)), { recursive: true })
  const interruption = new AbortController()
  const opening = openStack({
    root,
    environment,
    services: ['postgresql'],
    signal: interruption.signal,
    onProgress: () => interruption.abort(new Error('given up')),
  })
  await expect(opening).rejects.toThrow('given up')
  expect(survivors(processesOf(stateOf(root)))).toEqual([])
})

async function query(stack: Stack, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: stack.postgresql.url('postgres') })
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

async function withS3<T>({ s3 }: Stack, use: (client: S3Client) => Promise<T>): Promise<T> {
  const { endpoint, region, accessKeyId, secretAccessKey } = s3
  const client = new S3Client({
    endpoint,
    region,
    forcePathStyle: true,
    credentials: { accessKeyId, secretAccessKey },
  })
  try {
    return await use(client)
  } finally {
    client.destroy()
  }
}
