import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import type { Payload, PayloadCodec } from '@temporalio/common'
import { METADATA_ENCODING_KEY } from '@temporalio/common'
import proto from '@temporalio/proto'
import { ReversibilityError } from '../contract/errors.ts'
import type { Keyring } from './keyring.ts'

// A CommonJS package whose names Node cannot see from outside.
const { temporal } = proto

const encoding = 'binary/encrypted'
const keyIdField = 'encryption-key-id'
const nonceBytes = 12
const tagBytes = 16

/** Encrypts every payload with AES-256-GCM before it leaves for the Temporal server: nonce, ciphertext, tag. */
export class EncryptionCodec implements PayloadCodec {
  readonly #keyring: Keyring

  constructor(keyring: Keyring) {
    this.#keyring = keyring
  }

  async encode(payloads: Payload[]): Promise<Payload[]> {
    return payloads.map((payload) => {
      const plain = temporal.api.common.v1.Payload.encode(payload).finish()
      return {
        metadata: {
          [METADATA_ENCODING_KEY]: Buffer.from(encoding),
          [keyIdField]: Buffer.from(this.#keyring.current),
        },
        data: seal(plain, this.#keyring),
      }
    })
  }

  async decode(payloads: Payload[]): Promise<Payload[]> {
    return payloads.map((payload) => {
      if (text(payload.metadata?.[METADATA_ENCODING_KEY]) !== encoding) return payload
      const plain = open(payload.data!, text(payload.metadata?.[keyIdField]), this.#keyring)
      return temporal.api.common.v1.Payload.decode(plain)
    })
  }
}

function text(bytes: Uint8Array | null | undefined): string {
  return Buffer.from(bytes ?? []).toString('utf8')
}

/** Encrypts with the current key: nonce, ciphertext, tag. */
export function seal(plain: Uint8Array, keyring: Keyring): Buffer {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', keyring.keys.get(keyring.current)!, nonce)
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

/** Opens what `seal` made. Throws `access-denied` without the key, `integrity-mismatch` when altered. */
export function open(sealed: Uint8Array, keyId: string, keyring: Keyring): Buffer {
  const key = keyring.keys.get(keyId)
  if (!key) {
    throw new ReversibilityError('access-denied', `The keyring has no key ${keyId || '(unnamed)'}.`, {
      remedy: 'Use the keyring of the workers that this run was started with.',
    })
  }
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, nonceBytes))
  decipher.setAuthTag(sealed.subarray(sealed.length - tagBytes))
  try {
    return Buffer.concat([
      decipher.update(sealed.subarray(nonceBytes, sealed.length - tagBytes)),
      decipher.final(),
    ])
  } catch (cause) {
    throw new ReversibilityError('integrity-mismatch', `What was encrypted with key ${keyId} was altered.`, {
      remedy: 'Do not use it: find out who could write to the Temporal server or the bucket.',
      cause,
    })
  }
}
