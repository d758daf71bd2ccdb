import { execFileSync, spawnSync } from 'node:child_process'
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkSsh, newSigningKey, publicLineOf, signSsh, verifySsh } from '../../packaging/signature.ts'

const namespace = 'reversibility-package@v1'
let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'signature-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function file(name: string, content: string | Uint8Array, mode = 0o600): string {
  const path = join(folder, name)
  writeFileSync(path, content, { mode })
  return path
}

function sshVerify(publicKeyLine: string, signature: string, message: Uint8Array, name = namespace) {
  const signers = file('signers', `provider ${publicKeyLine}\n`)
  const signed = file('message.sig', signature)
  const args = ['-Y', 'verify', '-f', signers, '-I', 'provider', '-n', name, '-s', signed]
  return spawnSync('ssh-keygen', args, { input: message }).status
}

describe('with ssh-keygen', () => {
  test('it verifies what we sign, with keys that we make', () => {
    for (const size of [0, 1, 100_000]) {
      const key = newSigningKey('un commentaire')
      const message = randomBytes(size)
      const signature = signSsh({ privateKey: key.privateKeyOpenSsh, namespace, message })
      expect(sshVerify(key.publicKeyLine, signature, message)).toBe(0)
      expect(sshVerify(key.publicKeyLine, signature, message, 'other@v1')).not.toBe(0)
      expect(sshVerify(newSigningKey().publicKeyLine, signature, message)).not.toBe(0)
      expect(sshVerify(key.publicKeyLine, signature, Buffer.concat([message, Buffer.from('x')]))).not.toBe(0)
    }
  })

  test('it reads our private key files, comments of every length included', () => {
    for (let length = 0; length < 9; length++) {
      const key = newSigningKey('c'.repeat(length))
      const path = file(`key-${length}`, key.privateKeyOpenSsh)
      const shown = execFileSync('ssh-keygen', ['-y', '-f', path], { encoding: 'utf8' }).trim()
      expect(shown).toBe(key.publicKeyLine)
    }
  })

  test('we verify what it signs, with sha512 and sha256, and sign with keys that it makes', () => {
    const path = join(folder, 'theirs')
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'prestataire', '-f', path])
    const publicKeyLine = readFileSync(`${path}.pub`, 'utf8').trim()
    const privateKey = readFileSync(path, 'utf8')
    expect(publicLineOf(privateKey, 'prestataire')).toBe(publicKeyLine)
    const message = randomBytes(1000)
    for (const algorithm of ['sha512', 'sha256']) {
      const args = ['-Y', 'sign', '-f', path, '-n', namespace, '-O', `hashalg=${algorithm}`]
      const signature = execFileSync('ssh-keygen', args, { input: message, encoding: 'utf8', stdio: 'pipe' })
      const shown = execFileSync('ssh-keygen', ['-l', '-f', path], { encoding: 'utf8' })
      const { keyFingerprint } = verifySsh({ signature, namespace, message, allowedKeys: [publicKeyLine] })
      expect(shown).toContain(keyFingerprint)
    }
    const ours = signSsh({ privateKey, namespace, message })
    expect(sshVerify(publicKeyLine, ours, message)).toBe(0)
  })

  test('a key with a passphrase is refused with what to do, other keys with what they are', () => {
    const path = join(folder, 'locked')
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', 'secret', '-f', path])
    const sign = (privateKey: string) => () => signSsh({ privateKey, namespace, message: Buffer.from('x') })
    expect(sign(readFileSync(path, 'utf8'))).toThrow(/passphrase/)
    const rsa = join(folder, 'rsa')
    execFileSync('ssh-keygen', ['-q', '-t', 'rsa', '-b', '2048', '-N', '', '-f', rsa])
    expect(sign(readFileSync(rsa, 'utf8'))).toThrow(/ssh-rsa/)
    expect(sign('nonsense')).toThrow(/neither/)
    const text = newSigningKey().privateKeyOpenSsh
    const body = text.split('\n').slice(1, -2).join('')
    const cutShort = Buffer.from(body, 'base64').subarray(0, 120).toString('base64')
    expect(
      sign(`-----BEGIN OPENSSH PRIVATE KEY-----\n${cutShort}\n-----END OPENSSH PRIVATE KEY-----\n`),
    ).toThrow(/cut short/)
  })
})

test('a PKCS#8 key signs too', () => {
  const { privateKey } = generateKeyPairSync('ed25519')
  const pem = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()
  const message = Buffer.from('x')
  const signature = signSsh({ privateKey: pem, namespace, message })
  expect(sshVerify(publicLineOf(pem), signature, message)).toBe(0)
})

describe('a refusal names its cause', () => {
  const key = newSigningKey()
  const message = Buffer.from('{"epoch":1}')
  const signature = signSsh({ privateKey: key.privateKeyOpenSsh, namespace, message })
  const good = { signature, namespace, message, allowedKeys: [key.publicKeyLine] }
  const other = newSigningKey()

  test.each([
    ['unknown-key', { allowedKeys: [other.publicKeyLine] }],
    ['unknown-key', { allowedKeys: [] }],
    ['wrong-namespace', { namespace: 'reversibility-journal@v1' }],
    ['bad-signature', { message: Buffer.from('{"epoch":2}') }],
    ['malformed-signature', { signature: '' }],
    ['malformed-signature', { signature: signature.replace('SSH SIGNATURE', 'SIGNATURE') }],
    ['malformed-signature', { signature: `${signature}${signature}` }],
    ['malformed-signature', { signature: signature.replace(/.{20}\n-----END/, '\n-----END') }],
  ])('%s', (problem, change) => {
    expect(checkSsh({ ...good, ...change })).toMatchObject({ valid: false, problem })
    expect(() => verifySsh({ ...good, ...change })).toThrow(
      expect.objectContaining({ type: 'integrity-mismatch', subject: problem }),
    )
  })

  test('any flipped bit of the signature is refused', () => {
    const bytes = Buffer.from(signature.split('\n').slice(1, -2).join(''), 'base64')
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const bad = Buffer.from(bytes)
      bad[bit >> 3]! ^= 1 << (bit & 7)
      const armored = `-----BEGIN SSH SIGNATURE-----\n${bad.toString('base64')}\n-----END SSH SIGNATURE-----\n`
      expect(checkSsh({ ...good, signature: armored }).valid).toBe(false)
    }
  })

  test('several pinned keys: any of them will do', () => {
    expect(
      verifySsh({ ...good, allowedKeys: [other.publicKeyLine, key.publicKeyLine] }).keyFingerprint,
    ).toMatch(/^SHA256:/)
  })
})
