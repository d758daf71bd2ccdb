import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { defaultPayloadConverter } from '@temporalio/common'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { EncryptionCodec, open, seal } from '../../temporal/codec.ts'
import { codecServer } from '../../temporal/codec-server.ts'
import { newKeyringLine, parseKeyring } from '../../temporal/keyring.ts'

const keyring = parseKeyring(newKeyringLine('first'), 'test')
const secret = { table: 'paie.bulletins', note: 'à ne montrer à personne' }
const payload = defaultPayloadConverter.toPayload(secret)

describe('the payload codec', () => {
  test('gives back what it encrypted', async () => {
    const codec = new EncryptionCodec(keyring)
    const [decoded] = await codec.decode(await codec.encode([payload]))
    expect(defaultPayloadConverter.fromPayload(decoded!)).toEqual(secret)
  })

  test('shows nothing of it on the way', async () => {
    const [encoded] = await new EncryptionCodec(keyring).encode([payload])
    expect(Buffer.from(encoded!.data!).toString('latin1')).not.toContain('paie')
  })

  test('never encrypts twice to the same bytes', () => {
    expect(seal(Buffer.from('x'), keyring)).not.toEqual(seal(Buffer.from('x'), keyring))
  })

  test('reads what an older key encrypted once a new one stands first', async () => {
    const encoded = await new EncryptionCodec(keyring).encode([payload])
    const older = `first:${keyring.keys.get('first')!.toString('base64')}\n`
    const rotated = parseKeyring(newKeyringLine('second') + older, 'test')
    const [decoded] = await new EncryptionCodec(rotated).decode(encoded)
    expect(defaultPayloadConverter.fromPayload(decoded!)).toEqual(secret)
  })

  test('refuses a payload with one bit changed', () => {
    const sealed = seal(Buffer.from('verdict'), keyring)
    sealed[20]! ^= 1
    expect(() => open(sealed, 'first', keyring)).toThrow(/was altered/)
  })

  test('names the key that it lacks', async () => {
    const encoded = await new EncryptionCodec(keyring).encode([payload])
    const other = parseKeyring(newKeyringLine('other'), 'test')
    await expect(new EncryptionCodec(other).decode(encoded)).rejects.toThrow(/no key first/)
  })
})

describe('the keyring', () => {
  test.each(['', 'no-colon\n', 'short:AAAA\n'])('refuses %j', (text) => {
    expect(() => parseKeyring(text, 'keys.txt')).toThrow(/keys\.txt/)
  })
})

test('a keyring with two keys of one name is refused, for one would hide the other', () => {
  expect(() => parseKeyring(newKeyringLine('a') + newKeyringLine('a'), 'keys.txt')).toThrow(
    /Line 2 of keys\.txt/,
  )
})

describe('the codec endpoint', () => {
  const server = codecServer(keyring, 'http://ui.example')
  let address: string
  beforeAll(async () => {
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(() => server.close())

  async function ask(body: unknown, origin: string) {
    return fetch(`${address}/decode`, { method: 'POST', headers: { origin }, body: JSON.stringify(body) })
  }

  async function encrypted() {
    const [encoded] = await new EncryptionCodec(keyring).encode([payload])
    const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')
    const metadata = Object.fromEntries(
      Object.entries(encoded!.metadata!).map(([name, value]) => [name, base64(value)]),
    )
    return { payloads: [{ metadata, data: base64(encoded!.data!) }] }
  }

  test('decodes for the Temporal UI', async () => {
    const answer = await ask(await encrypted(), 'http://ui.example')
    const { payloads } = (await answer.json()) as { payloads: { data: string }[] }
    expect(JSON.parse(Buffer.from(payloads[0]!.data, 'base64').toString())).toEqual(secret)
  })

  test('decodes nothing for a page of another origin', async () => {
    expect((await ask(await encrypted(), 'http://evil.example')).status).toBe(403)
  })

  test('answers a body that is no payload with a refusal', async () => {
    expect((await ask({ payloads: 7 }, 'http://ui.example')).status).toBe(400)
  })
})
