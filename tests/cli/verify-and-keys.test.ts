import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { folderSink } from '../../packaging/folder.ts'
import { makePackage, sampleDatasets } from '../packaging/fixture.ts'

let folder: string
let epoch: string
let rootSha256: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'verify-'))
  epoch = join(folder, 'epoch-0001')
  const { stdout } = reversibility('keys', 'new', 'signing-key', '--comment', 'atlas')
  writeFileSync(
    join(folder, 'allowed'),
    `# the key of the contract\nprovider namespaces="reversibility-*" ${stdout}`,
  )
  const recipient = reversibility('keys', 'new', 'client.key', '--recipient').stdout.trim()
  const made = await makePackage(folderSink(epoch), sampleDatasets, {
    privateKey: readFileSync(join(folder, 'signing-key'), 'utf8'),
    recipients: [recipient],
    content: { sourceTitle: 'ERP \u001b[31mrouge' },
  })
  rootSha256 = made.sealed.rootSha256
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function reversibility(...args: string[]) {
  return spawnSync('node', [join(process.cwd(), 'bin/reversibility'), ...args], {
    cwd: folder,
    encoding: 'utf8',
  })
}

const good = ['--allowed-signers', 'allowed']

describe('keys new', () => {
  test('makes a signing key that only its owner reads, and that ssh-keygen knows', () => {
    expect(statSync(join(folder, 'signing-key')).mode & 0o777).toBe(0o600)
    const line = execFileSync('ssh-keygen', ['-y', '-f', join(folder, 'signing-key')], { encoding: 'utf8' })
    expect(line).toMatch(/^ssh-ed25519 \S+ atlas$/m)
    expect(readFileSync(join(folder, 'allowed'), 'utf8')).toContain(line)
  })

  test('never writes over a file', () => {
    const before = readFileSync(join(folder, 'signing-key'))
    const result = reversibility('keys', 'new', 'signing-key')
    expect(result.status).toBe(2)
    expect(result.stdout).toBe('')
    expect(result.stderr).toMatch(/exists already/)
    expect(readFileSync(join(folder, 'signing-key')).equals(before)).toBe(true)
  })
})

describe('verify', () => {
  test('a good package: 0, what it is, and nothing in it steers the terminal', () => {
    const result = reversibility(
      'verify',
      epoch,
      ...good,
      '--identity',
      'client.key',
      '--expect-root',
      rootSha256,
    )
    expect(result.stderr).toBe('')
    expect(result.stdout).toMatch(/The package is good\n/)
    expect(result.stdout).toContain(rootSha256)
    expect(result.stdout).not.toContain('\u001b')
    expect(result.status).toBe(0)
  })

  test('as lines of JSON, ending in one summary', () => {
    const result = reversibility('verify', epoch, ...good, '--json')
    const lines = result.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(lines.at(-1)).toMatchObject({ type: 'summary', valid: true, contentsRead: false, rootSha256 })
    expect(lines.filter(({ type }) => type === 'summary')).toHaveLength(1)
  })

  const altered = () => {
    const copy = join(folder, 'altered')
    cpSync(epoch, copy, { recursive: true })
    writeFileSync(join(copy, 'bag/data/datapackage.json'), '{}')
    return copy
  }

  test.each<[string, () => string[], number, RegExp]>([
    ['an altered package', () => [altered(), ...good], 6, /REFUSED[\s\S]*datapackage\.json/],
    ['another epoch than expected', () => [epoch, ...good, '--expect-epoch', '2'], 6, /epoch is 1 and not 2/],
    ['another root than expected', () => [epoch, ...good, '--expect-root', '0'.repeat(64)], 6, /root hash/],
    [
      'another contract than expected',
      () => [epoch, ...good, '--expect-contract', 'x'],
      6,
      /contract is "orme-si"/,
    ],
    ['another key', () => [epoch, '--key', `ssh-ed25519 ${'A'.repeat(60)}`], 2, /public key/],
    ['no key at all', () => [epoch], 2, /No pinned key/],
    ['a file of keys that is not there', () => [epoch, '--allowed-signers', 'nowhere'], 5, /cannot be read/],
    ['no package', () => [join(folder, 'nowhere'), ...good], 5, /does not exist/],
    [
      'an identity file without one',
      () => [epoch, ...good, '--identity', 'allowed'],
      2,
      /holds no age identity/,
    ],
    ['a hash that is none', () => [epoch, ...good, '--expect-root', 'x'], 2, /64 hexadecimal/],
  ])('%s', (_, args, status, message) => {
    const result = reversibility('verify', ...args())
    expect(result.stdout + result.stderr).toMatch(message)
    expect(result.status).toBe(status)
  })

  test('a key that is commented out or pinned for another purpose is not pinned', () => {
    const line = readFileSync(join(folder, 'allowed'), 'utf8').split('\n')[1]!
    for (const [text, status] of [
      [`# ${line}\n`, 2],
      [`${line.replace('reversibility-*', 'git')}\n`, 2],
      [`${line.replace(/namespaces=\S+/, 'cert-authority')}\n`, 2],
    ] as const) {
      writeFileSync(join(folder, 'odd'), text)
      expect(reversibility('verify', epoch, '--allowed-signers', 'odd').status).toBe(status)
    }
  })
})
