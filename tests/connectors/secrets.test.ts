import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connectorOf, connectors } from '../../connectors/registry.ts'
import { isSecretReference, resolveSecret } from '../../connectors/secrets.ts'
import { temporaryFolder } from '../support/sample-tree.ts'
import { rejection } from './conformance.ts'

const folder = temporaryFolder()
const secret = 'pa55 word: é'
const file = (name: string, content: string, mode = 0o600) => {
  const path = join(folder, name)
  writeFileSync(path, content)
  chmodSync(path, mode)
  return path
}

beforeAll(() => {
  process.env.REVERSIBILITY_TEST_SECRET = secret
  process.env.REVERSIBILITY_TEST_EMPTY = ''
  file('plain', secret)
  file('newline', `${secret}\n`)
  file('windows', `${secret}\r\n`)
  file('group', secret, 0o640)
  file('world', secret, 0o644)
  file('writable', secret, 0o602)
  file('empty', '\n')
  file('huge', secret.repeat(10_000))
  file('say', `#!/bin/sh\nprintf '%s\\n' "$1"\n`, 0o700)
  file('fail', `#!/bin/sh\necho '${secret}' >&2\necho '${secret}'\nexit 3\n`, 0o700)
  file('not-executable', '#!/bin/sh\n', 0o600)
  mkdirSync(join(folder, 'folder'))
})
afterAll(() => {
  delete process.env.REVERSIBILITY_TEST_SECRET
  delete process.env.REVERSIBILITY_TEST_EMPTY
  rmSync(folder, { recursive: true })
})

describe('a reference', () => {
  test.each([
    ['env:REVERSIBILITY_TEST_SECRET', secret],
    [`file:${folder}/plain`, secret],
    [`file:${folder}/newline`, secret],
    [`file:${folder}/windows`, secret],
    [`file:${folder}/group`, secret],
    [`command:${folder}/say one;two`, 'one;two'],
    [`command:${folder}/say $(id)`, '$(id)'],
  ])('%s gives its secret', async (reference, expected) => {
    expect(isSecretReference(reference)).toBe(true)
    expect(await resolveSecret(reference)).toBe(expected)
  })

  test.each([
    ['env:REVERSIBILITY_TEST_MISSING', 'not-found'],
    ['env:REVERSIBILITY_TEST_EMPTY', 'not-found'],
    [`file:${folder}/missing`, 'not-found'],
    [`file:${folder}/empty`, 'not-found'],
    [`file:${folder}/world`, 'access-denied'],
    [`file:${folder}/writable`, 'access-denied'],
    [`file:${folder}/folder`, 'invalid-input'],
    [`file:${folder}/huge`, 'invalid-input'],
    [`command:${folder}/missing`, 'not-found'],
    [`command:${folder}/not-executable`, 'access-denied'],
    [`command:${folder}/fail`, 'unavailable'],
  ])('%s fails as %s, naming itself and no secret', async (reference, type) => {
    const error = await rejection(resolveSecret(reference))
    expect(error).toMatchObject({ name: 'ReversibilityError', type, subject: reference })
    expect(inspect(error, { depth: 10, showHidden: true })).not.toContain('pa55')
  })

  test.each([
    '',
    secret,
    'postgresql://user:pa55@host/db',
    'env:',
    'env:NOT A NAME',
    'file:relative',
    'command:',
    'command: ',
    'env:A\nB',
  ])('%j is none, and is not repeated', async (text) => {
    expect(isSecretReference(text)).toBe(false)
    const error = await rejection(resolveSecret(text))
    expect(error).toMatchObject({ type: 'invalid-input' })
    expect(inspect(error, { depth: 10 })).not.toContain('pa55')
  })

  test('to a command that says too much or never ends is given up', async () => {
    expect(await rejection(resolveSecret('command:yes secret'))).toMatchObject({ type: 'unavailable' })
  })
})

describe('the registry', () => {
  test('names what it knows when asked for what it does not', async () => {
    expect(connectorOf('files')).toBe(connectors.get('files'))
    const error = await rejection((async () => connectorOf('gopher'))())
    expect(error).toMatchObject({ type: 'unsupported', remedy: expect.stringContaining('files') })
  })
  test('lists every connector under its own kind', () => {
    for (const [kind, type] of connectors) {
      expect(type.kind).toBe(kind)
      expect(type.restore !== undefined).toBe(type.capabilities.includes('restore'))
      expect(type.locateDocuments !== undefined).toBe(type.capabilities.includes('locateDocuments'))
    }
  })
})
