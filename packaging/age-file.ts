import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { Decrypter, Encrypter } from 'age-encryption'
import { ReversibilityError } from '../contract/errors.ts'
import { inBlocks, withLast } from './blocks.ts'

/*
 * age v1 files (https://age-encryption.org/v1). The header, where the recipients' keys are, is age-encryption's work;
 * the payload is done here with node:crypto, several times faster than the library's own ChaCha20-Poly1305.
 */

const cipher = 'chacha20-poly1305'
const chunkBytes = 64 * 1024
const tagBytes = 16
const sealedChunkBytes = chunkBytes + tagBytes
const chunksPerBlock = 8
const maxHeaderBytes = 1024 * 1024

/** Encrypts to every recipient (`age1…`). Throws `invalid-input` for a recipient that is not one. */
export async function* encryptAge(
  plain: AsyncIterable<Uint8Array>,
  recipients: readonly string[],
): AsyncGenerator<Uint8Array> {
  const { header, fileKey } = await newHeader(recipients)
  const nonce = randomBytes(16)
  yield Buffer.concat([header, nonce])
  const key = payloadKey(fileKey, nonce)
  let counter = 0
  for await (const { block, isLast } of withLast(inBlocks(plain, chunksPerBlock * chunkBytes))) {
    const chunks = Math.max(1, Math.ceil(block.length / chunkBytes))
    const sealed = Buffer.allocUnsafeSlow(block.length + chunks * tagBytes)
    let offset = 0
    for (let index = 0; index < chunks; index++) {
      const chunk = block.subarray(index * chunkBytes, (index + 1) * chunkBytes)
      const seal = createCipheriv(cipher, key, chunkNonce(counter++, isLast && index === chunks - 1), {
        authTagLength: tagBytes,
      })
      offset += seal.update(chunk).copy(sealed, offset)
      seal.final()
      offset += seal.getAuthTag().copy(sealed, offset)
    }
    yield sealed
  }
}

/**
 * Decrypts with the first identity (`AGE-SECRET-KEY-1…`) that fits. Throws `access-denied` when none does,
 * `integrity-mismatch` when the file was altered or cut short.
 */
export async function* decryptAge(
  bytes: AsyncIterable<Uint8Array>,
  identities: readonly string[],
): AsyncGenerator<Uint8Array> {
  const { header, rest } = await splitHeader(bytes)
  const fileKey = await openHeader(header, identities)
  const { nonce, payload } = await splitNonce(rest)
  const key = payloadKey(fileKey, nonce)
  let counter = 0
  for await (const { block, isLast } of withLast(inBlocks(payload, chunksPerBlock * sealedChunkBytes))) {
    const chunks = Math.max(1, Math.ceil(block.length / sealedChunkBytes))
    const opened = Buffer.allocUnsafeSlow(Math.max(0, block.length - chunks * tagBytes))
    let offset = 0
    for (let index = 0; index < chunks; index++) {
      const sealed = block.subarray(index * sealedChunkBytes, (index + 1) * sealedChunkBytes)
      if (sealed.length < tagBytes) throw damaged('it is cut short')
      // The format allows an empty last chunk only in an empty file.
      if (sealed.length === tagBytes && counter > 0) throw damaged('its last chunk is empty')
      const open = createDecipheriv(cipher, key, chunkNonce(counter++, isLast && index === chunks - 1), {
        authTagLength: tagBytes,
      })
      open.setAuthTag(sealed.subarray(sealed.length - tagBytes))
      offset += open.update(sealed.subarray(0, sealed.length - tagBytes)).copy(opened, offset)
      try {
        open.final()
      } catch (cause) {
        throw damaged('a chunk does not authenticate', cause)
      }
    }
    if (opened.length > 0) yield opened
  }
}

async function newHeader(
  recipients: readonly string[],
): Promise<{ header: Uint8Array; fileKey: Uint8Array }> {
  const encrypter = new Encrypter()
  try {
    for (const recipient of recipients) encrypter.addRecipient(recipient)
  } catch (cause) {
    throw new ReversibilityError('invalid-input', 'A recipient is not an age public key.', {
      remedy: 'Give recipients as age1…, made by `reversibility keys new --recipient` or age-keygen.',
      cause,
    })
  }
  let fileKey: Uint8Array | undefined
  encrypter.addRecipient({
    // Sees the file key of this one file and adds no stanza of its own.
    wrapFileKey: (key) => {
      fileKey = Uint8Array.from(key)
      return []
    },
  })
  const empty = await encrypter.encrypt(new Uint8Array(0))
  if (fileKey === undefined) throw new Error('age-encryption asked no recipient to wrap the file key')
  // What follows the header of an empty file is a 16-byte nonce and one empty chunk: only its tag.
  return { header: empty.subarray(0, empty.length - 16 - tagBytes), fileKey }
}

async function openHeader(header: Uint8Array, identities: readonly string[]): Promise<Uint8Array> {
  const decrypter = new Decrypter()
  try {
    for (const identity of identities) decrypter.addIdentity(identity)
  } catch (cause) {
    // The library's message may quote the identity: it is not passed on.
    throw new ReversibilityError(
      'invalid-input',
      `An age identity is malformed (${(cause as Error).name}).`,
      {
        remedy: 'Give the identity file that age-keygen or `reversibility keys new --recipient` wrote.',
      },
    )
  }
  try {
    return await decrypter.decryptHeader(header)
  } catch (cause) {
    if (cause instanceof Error && cause.message.includes('no identity matched')) {
      throw new ReversibilityError('access-denied', 'No identity given opens this volume.', {
        remedy: 'Give the identity of one of the recipients that root.json names under encryption.',
      })
    }
    throw damaged('its header is malformed or altered', cause)
  }
}

async function splitHeader(
  bytes: AsyncIterable<Uint8Array>,
): Promise<{ header: Buffer; rest: AsyncGenerator<Uint8Array> }> {
  const iterator = bytes[Symbol.asyncIterator]()
  let read = Buffer.alloc(0)
  for (;;) {
    const next = await iterator.next()
    if (next.done) throw damaged('its header is cut short')
    read = Buffer.concat([read, next.value])
    const mac = read.indexOf('\n--- ')
    const end = mac < 0 ? -1 : read.indexOf(0x0a, mac + 1)
    if (end >= 0) {
      return { header: read.subarray(0, end + 1), rest: resume(read.subarray(end + 1), iterator) }
    }
    if (read.length > maxHeaderBytes) throw damaged('it has no age header')
  }
}

async function splitNonce(
  bytes: AsyncGenerator<Uint8Array>,
): Promise<{ nonce: Buffer; payload: AsyncGenerator<Uint8Array> }> {
  let read = Buffer.alloc(0)
  while (read.length < 16) {
    const next = await bytes.next()
    if (next.done) throw damaged('it is cut short')
    read = Buffer.concat([read, next.value])
  }
  return { nonce: read.subarray(0, 16), payload: resume(read.subarray(16), bytes) }
}

async function* resume(
  first: Uint8Array,
  iterator: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  let finished = false
  try {
    if (first.length > 0) yield first
    for (;;) {
      const next = await iterator.next()
      if (next.done) {
        finished = true
        return
      }
      yield next.value
    }
  } finally {
    if (!finished) await iterator.return?.()
  }
}

function payloadKey(fileKey: Uint8Array, nonce: Uint8Array): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', fileKey, nonce, 'payload', 32))
}

/** An 11-byte big-endian counter, then 1 for the last chunk. */
function chunkNonce(counter: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(12)
  nonce.writeUIntBE(counter, 5, 6)
  if (isLast) nonce[11] = 1
  return nonce
}

function damaged(why: string, cause?: unknown): ReversibilityError {
  return new ReversibilityError('integrity-mismatch', `An age file is damaged: ${why}.`, {
    remedy: 'Fetch the volume again; if it fails again, refuse the package.',
    ...(cause === undefined ? {} : { cause }),
  })
}
