import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, rmSync, symlinkSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { PutObjectCommand } from '@aws-sdk/client-s3'
import { expect, test } from 'vitest'
import { findTool } from '../../stack/find-tool.ts'
import { openStack } from '../../stack/open-stack.ts'
import { identify, isAlive, signalProcess } from '../../stack/process-identity.ts'
import { writeState } from '../../stack/state.ts'
import { stopStack } from '../../stack/stop-stack.ts'
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
import { query, withS3 } from './use-stack.ts'

const environment = bareEnvironment()

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

test('where the kernel does not end servers with their keeper, stack down ends them', async () => {
  const root = scratchRoot()
  const programs = join(root, 'programs')
  mkdirSync(programs)
  const gateway = findTool('versitygw', process.env)
  if (gateway === undefined) throw new Error('versitygw is not here, though the tests run on it')
  symlinkSync(gateway, join(programs, 'versitygw'))
  // No setpriv on this PATH.
  const stack = await openStack({ root, environment: { ...environment, PATH: programs }, services: ['s3'] })
  const { keeper, services } = stateOf(root)
  signalProcess(keeper, 'SIGKILL')
  expect(await survivorsWithin(15, [keeper])).toEqual([])
  const left = services.s3.process
  if (left === null) throw new Error('no gateway')
  expect(isAlive(left)).toBe(true)
  expect(await stopStack(root)).toBe(true)
  expect(isAlive(left)).toBe(false)
  expect(await stopStack(root)).toBe(false)
  await stack.stop()
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
  const state = stateOf(root)
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
  while (stateOf(root).services.s3.phase !== 'failed') await sleep(20)

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
