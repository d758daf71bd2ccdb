import { execFileSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Decrypter, Encrypter, generateIdentity, identityToRecipient } from 'age-encryption'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { decodeVolume, deliveredPath, encodeVolume, plainPath } from '../../packaging/volume.ts'
import { ageTools } from '../support/go-tools.ts'
import { gather, once } from './fixture.ts'

let folder: string
let identity: string
let recipient: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'volume-'))
  identity = await generateIdentity()
  recipient = await identityToRecipient(identity)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

async function* cut(bytes: Uint8Array, sizes: number[]): AsyncGenerator<Uint8Array> {
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length]!
    yield bytes.subarray(at, at + size)
    at += size
  }
}

// The lengths where a chunk of age, a block of ours or an empty file make a difference.
const lengths = [0, 1, 65_535, 65_536, 65_537, 524_287, 524_288, 524_289, 1_048_576, 1_500_000]

describe.each([
  { compress: true, encrypted: false },
  { compress: false, encrypted: false },
  { compress: true, encrypted: true },
  { compress: false, encrypted: true },
])('a volume, %o', ({ compress, encrypted }) => {
  test('comes back as it was, and its result says what was read and written', async () => {
    for (const length of lengths) {
      const plain = randomBytes(length)
      const recipients = encrypted ? [recipient] : []
      const volume = encodeVolume(cut(plain, [70_000, 1, 999]), { compress, recipients })
      expect(() => volume.result()).toThrow()
      const delivered = await gather(volume.bytes)
      expect(volume.result()).toEqual({
        plainBytes: length,
        plainSha256: sha256(plain),
        deliveredBytes: delivered.length,
        deliveredSha256: sha256(delivered),
      })
      const path = deliveredPath({ path: 'tree/part-00000.tar', compress }, { recipients })
      expect(plainPath(path)).toBe('tree/part-00000.tar')
      const decoded = await gather(
        decodeVolume(cut(delivered, [13, 65_536]), path, { identities: [identity] }),
      )
      expect(decoded.equals(plain)).toBe(true)
    }
  })
})

test('the same bytes, however cut, compress to the same bytes', async () => {
  const plain = Buffer.from('Société;facture;é\n'.repeat(100_000))
  const encode = (sizes: number[]) =>
    gather(encodeVolume(cut(plain, sizes), { compress: true, recipients: [] }).bytes)
  const first = await encode([plain.length])
  expect((await encode([1_000])).equals(first)).toBe(true)
  expect((await encode([600_000, 7])).equals(first)).toBe(true)
})

test('public zstd reads our volumes, and sees their checksum', async () => {
  const plain = randomBytes(1_300_000)
  const file = join(folder, 'part.csv.zst')
  writeFileSync(file, await gather(encodeVolume(once(plain), { compress: true, recipients: [] }).bytes))
  expect(execFileSync('zstd', ['-dqc', file], { maxBuffer: 1e8 }).equals(plain)).toBe(true)
  expect(execFileSync('zstd', ['-lv', file], { encoding: 'utf8' })).toMatch(/Check: XXH64/)
})

describe('age', () => {
  test('public age decrypts ours, and we decrypt its', async () => {
    const bin = ageTools()
    const key = join(folder, 'key.txt')
    execFileSync(join(bin, 'age-keygen'), ['-o', key], { stdio: 'ignore' })
    const theirIdentity = /AGE-SECRET-KEY-1\S+/.exec(readFileSync(key, 'utf8'))![0]
    const theirRecipient = await identityToRecipient(theirIdentity)
    for (const length of lengths) {
      const plain = randomBytes(length)
      const options = { compress: false, recipients: [recipient, theirRecipient] }
      const ours = await gather(encodeVolume(once(plain), options).bytes)
      const opened = execFileSync(join(bin, 'age'), ['-d', '-i', key], { input: ours, maxBuffer: 1e8 })
      expect(opened.equals(plain)).toBe(true)
      const theirs = execFileSync(join(bin, 'age'), ['-r', theirRecipient], { input: plain, maxBuffer: 1e8 })
      const decoded = await gather(
        decodeVolume(cut(theirs, [100]), 'data/x.age', { identities: [identity, theirIdentity] }),
      )
      expect(decoded.equals(plain)).toBe(true)
    }
  })

  test('the library decrypts ours, and we decrypt its, post-quantum recipients included', async () => {
    const { generateHybridIdentity } = await import('age-encryption')
    const hybrid = await generateHybridIdentity()
    const plain = randomBytes(200_000)
    const ours = await gather(
      encodeVolume(once(plain), { compress: false, recipients: [await identityToRecipient(hybrid)] }).bytes,
    )
    const decrypter = new Decrypter()
    decrypter.addIdentity(hybrid)
    expect(Buffer.from(await decrypter.decrypt(ours)).equals(plain)).toBe(true)
    const encrypter = new Encrypter()
    encrypter.addRecipient(recipient)
    const theirs = await encrypter.encrypt(plain)
    const decoded = await gather(decodeVolume(once(theirs), 'x.age', { identities: [identity] }))
    expect(decoded.equals(plain)).toBe(true)
  })

  test('every altered, cut or extended file is refused', async () => {
    const plain = randomBytes(150_000)
    const good = await gather(encodeVolume(once(plain), { compress: false, recipients: [recipient] }).bytes)
    const decode = (bytes: Uint8Array) =>
      gather(decodeVolume(once(bytes), 'x.age', { identities: [identity] }))
    await fc.assert(
      fc.asyncProperty(fc.nat(good.length - 1), fc.constantFrom('flip', 'cut', 'add'), async (at, kind) => {
        const bad =
          kind === 'cut'
            ? good.subarray(0, at)
            : Buffer.concat([good, Buffer.from(kind === 'add' ? 'x' : '')])
        if (kind === 'flip') bad[at]! ^= 1
        await expect(decode(bad)).rejects.toMatchObject({ type: expect.stringMatching(/integrity|access/) })
      }),
      { numRuns: 200, seed: 1 },
    )
    // Whole chunks taken away or given twice: what a plain checksum of each chunk would miss.
    const header = good.length - 150_000 - 3 * 16
    const chunk = 65_536 + 16
    const chunks = [0, 1, 2].map((index) =>
      good.subarray(header + index * chunk, header + (index + 1) * chunk),
    )
    for (const order of [[0], [0, 1], [0, 2], [1, 0, 2], [0, 0, 1, 2]]) {
      const bad = Buffer.concat([good.subarray(0, header), ...order.map((index) => chunks[index]!)])
      await expect(decode(bad)).rejects.toMatchObject({ type: 'integrity-mismatch' })
    }
  })

  test('a wrong identity is an access denied; a wrong recipient or identity text, an invalid input that quotes neither', async () => {
    const sealed = await gather(encodeVolume(once('x'), { compress: true, recipients: [recipient] }).bytes)
    const other = await generateIdentity()
    await expect(
      gather(decodeVolume(once(sealed), 'x.zst.age', { identities: [other] })),
    ).rejects.toMatchObject({
      type: 'access-denied',
    })
    const failure = await gather(
      decodeVolume(once(sealed), 'x.zst.age', { identities: ['AGE-SECRET-KEY-1SECRET'] }),
    ).catch((cause) => cause)
    expect(failure).toMatchObject({ type: 'invalid-input' })
    expect(`${failure.stack} ${failure.cause}`).not.toContain('1SECRET')
    await expect(
      gather(encodeVolume(once('x'), { compress: true, recipients: ['age1nonsense'] }).bytes),
    ).rejects.toMatchObject({ type: 'invalid-input' })
  })
})

test('a damaged, cut or extended zstd volume is refused, at every length', async () => {
  const refused = (bytes: Uint8Array) =>
    expect(gather(decodeVolume(cut(bytes, [1000]), 'x.zst', { identities: [] }))).rejects.toMatchObject({
      type: 'integrity-mismatch',
    })
  for (const lines of [0, 1, 1000, 100_000, 200_000, 800_000]) {
    const plain = Buffer.from('abc,def\n'.repeat(lines))
    const good = await gather(encodeVolume(once(plain), { compress: true, recipients: [] }).bytes)
    for (let length = 0; length < good.length; length += Math.ceil(good.length / 40)) {
      await refused(good.subarray(0, length))
    }
    await refused(good.subarray(0, good.length - 1))
    await refused(Buffer.concat([good, Buffer.from('x')]))
    const twice = await gather(decodeVolume(once(Buffer.concat([good, good])), 'x.zst', { identities: [] }))
    expect(twice.equals(Buffer.concat([plain, plain]))).toBe(true)
  }
  await refused(randomBytes(1000))
})

test('a failing source fails the volume; a reader who stops closes the source', async () => {
  async function* failing() {
    yield randomBytes(600_000)
    throw new Error('the connection was lost')
  }
  const options = { compress: true, recipients: [recipient] }
  await expect(gather(encodeVolume(failing(), options).bytes)).rejects.toThrow('the connection was lost')
  let isClosed = false
  async function* endless() {
    try {
      for (;;) yield randomBytes(600_000)
    } finally {
      isClosed = true
    }
  }
  for await (const chunk of encodeVolume(endless(), options).bytes) if (chunk.length > 1000) break
  await expect.poll(() => isClosed).toBe(true)
})

test('memory stays flat over 2 GB, and over a small file that decompresses to 2 GB', async () => {
  const block = Buffer.alloc(1024 * 1024)
  async function* zeros() {
    for (let index = 0; index < 2048; index++) yield block
  }
  const before = process.memoryUsage().rss
  const volume = encodeVolume(zeros(), { compress: true, recipients: [recipient] })
  let peak = 0
  let decodedBytes = 0
  for await (const chunk of decodeVolume(volume.bytes, 'x.zst.age', { identities: [identity] })) {
    decodedBytes += chunk.length
    peak = Math.max(peak, process.memoryUsage.rss())
  }
  expect(decodedBytes).toBe(2 * 1024 ** 3)
  expect((peak - before) / 1e6).toBeLessThan(250)
})
