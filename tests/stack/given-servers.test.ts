import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openStack } from '../../stack/open-stack.ts'
import { StackError } from '../../stack/stack-error.ts'
import { stackStatus } from '../../stack/stack-status.ts'
import { bareEnvironment, scratchRoot, stateOf } from './scratch-root.ts'

const s3 = {
  S3_ENDPOINT: 'https://s3.example.org',
  S3_REGION: 'eu-west-3',
  S3_BUCKET: 'evidence',
  AWS_ACCESS_KEY_ID: 'id',
  AWS_SECRET_ACCESS_KEY: 'secret',
}

test('servers that the environment names are used, and nothing is started', async () => {
  const root = scratchRoot()
  const states: string[] = []
  const stack = await openStack({
    root,
    environment: {
      ...s3,
      TEMPORAL_ADDRESS: 'temporal.example.org:7233',
      TEMPORAL_NAMESPACE: 'exit',
      REVERSIBILITY_POSTGRESQL_URL: 'postgres://ad%40min:p%2Fw@db.example.org:6432/postgres?sslmode=require',
    },
    onProgress: ({ service, state }) => states.push(`${service} ${state}`),
  })
  expect(states).toEqual(['temporal given', 's3 given', 'postgresql given'])
  expect(stack.temporal).toEqual({ address: 'temporal.example.org:7233', namespace: 'exit' })
  expect(stack.s3).toEqual({
    endpoint: 'https://s3.example.org',
    region: 'eu-west-3',
    bucket: 'evidence',
    accessKeyId: 'id',
    secretAccessKey: 'secret',
  })
  expect(stack.postgresql).toMatchObject({
    host: 'db.example.org',
    port: 6432,
    user: 'ad@min',
    password: 'p/w',
  })
  expect(stack.postgresql.url('erp')).toBe(
    'postgres://ad%40min:p%2Fw@db.example.org:6432/erp?sslmode=require',
  )
  await stack.stop()
  expect(existsSync(join(root, '.stack'))).toBe(false)
})

test('only what is not given is started', async () => {
  const root = scratchRoot()
  const environment = bareEnvironment({ TEMPORAL_ADDRESS: 'temporal.example.org:7233' })
  const stack = await openStack({ root, environment, services: ['temporal', 's3'] })
  expect(stack.temporal).toEqual({ address: 'temporal.example.org:7233', namespace: 'default' })
  const { temporal, s3: gateway } = stateOf(root).services
  expect([temporal.phase, gateway.phase]).toEqual(['stopped', 'ready'])
  expect(stackStatus({ root, environment }).services.map(({ state }) => state)).toEqual([
    'given',
    'ready',
    'stopped',
  ])
  await stack.stop()
})

test("a shell that holds the stack's own addresses can start it again", async () => {
  const root = scratchRoot()
  const first = await openStack({ root, environment: bareEnvironment(), services: ['s3'] })
  await first.stop()
  const environment = bareEnvironment(first.environment())
  const again = await openStack({ root, environment, services: ['s3'] })
  expect(stateOf(root).services.s3.phase).toBe('ready')
  expect(again.s3).toEqual(first.s3)
  await again.stop()
})

test.each([
  {
    name: 'S3 without its keys',
    environment: { S3_ENDPOINT: 'http://x' },
    says: /S3_BUCKET, AWS_ACCESS_KEY_ID/,
  },
  {
    name: 'an address that is none',
    environment: { REVERSIBILITY_POSTGRESQL_URL: 'host=db password=hunter2' },
    says: /REVERSIBILITY_POSTGRESQL_URL is not a postgresql/,
  },
])('$name is refused, without secrets in the message', async ({ environment, says }) => {
  const error = await openStack({ root: scratchRoot(), environment }).catch((thrown: unknown) => thrown)
  if (!(error instanceof StackError)) throw new Error('a StackError was expected', { cause: error })
  expect(error.type).toBe('invalid-input')
  expect(error.message).toMatch(says)
  expect(error.message + error.remedy).not.toContain('hunter2')
})
