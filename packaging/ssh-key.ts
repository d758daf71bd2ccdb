import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto'
import { ReversibilityError } from '../contract/errors.ts'
import { SshReader, sshString, uint32 } from './ssh-wire.ts'

const keyType = 'ssh-ed25519'
const magic = Buffer.from('openssh-key-v1\0')

export interface SigningKey {
  privateKey: KeyObject
  /** The key blob of RFC 8709, section 4. */
  publicBlob: Buffer
}

/** A new Ed25519 key: the private half as OpenSSH writes it (PROTOCOL.key, not encrypted), the public half as one line. */
export function newSigningKey(comment = 'reversibility'): {
  privateKeyOpenSsh: string
  publicKeyLine: string
} {
  const { privateKey } = generateKeyPairSync('ed25519')
  const { d, x } = privateKey.export({ format: 'jwk' })
  const seed = Buffer.from(d!, 'base64url')
  const point = Buffer.from(x!, 'base64url')
  const blob = publicBlobOf(point)
  const check = randomBytes(4)
  const secret = Buffer.concat([
    check,
    check,
    sshString(keyType),
    sshString(point),
    sshString(Buffer.concat([seed, point])),
    sshString(comment),
  ])
  const padding = Buffer.from(Array.from({ length: (8 - (secret.length % 8)) % 8 }, (_, index) => index + 1))
  const file = Buffer.concat([
    magic,
    sshString('none'),
    sshString('none'),
    sshString(''),
    uint32(1),
    sshString(blob),
    sshString(Buffer.concat([secret, padding])),
  ])
  return {
    privateKeyOpenSsh: armor('OPENSSH PRIVATE KEY', file),
    publicKeyLine: publicKeyLine(blob, comment),
  }
}

/**
 * Reads an unencrypted Ed25519 private key, in OpenSSH's format or as PKCS#8 PEM.
 * Throws `invalid-input`; its message never quotes the key.
 */
export function readSigningKey(text: string): SigningKey {
  if (text.includes('-----BEGIN PRIVATE KEY-----')) return fromPkcs8(text)
  if (text.includes('-----BEGIN ENCRYPTED PRIVATE KEY-----')) throw encryptedKey()
  const body = unarmor('OPENSSH PRIVATE KEY', text)
  if (body === undefined) throw badKey('it is neither an OpenSSH private key nor a PKCS#8 PEM')
  try {
    return fromOpenSsh(body)
  } catch (cause) {
    if (cause instanceof RangeError) throw badKey('it is cut short')
    throw cause
  }
}

/**
 * The Ed25519 keys of a text: lines `ssh-ed25519 AAAA… comment`. Blank lines and `#` comments are skipped.
 * Throws `invalid-input` for anything else.
 */
export function readPublicKey(line: string): Buffer {
  const [type, base64] = line.trim().split(/\s+/)
  if (type !== keyType || base64 === undefined) {
    throw badPublicKey(`it starts with "${(type ?? '').slice(0, 40)}" where ssh-ed25519 is expected`)
  }
  const blob = Buffer.from(base64, 'base64')
  if (blob.toString('base64').replace(/=+$/, '') !== base64.replace(/=+$/, '')) {
    throw badPublicKey('its second word is not base64')
  }
  pointOf(blob)
  return blob
}

export function publicKeyLine(blob: Buffer, comment: string): string {
  return `${keyType} ${blob.toString('base64')} ${comment}`.trim()
}

/** The public line of a private key, to pin. */
export function publicLineOf(privateKeyText: string, comment = 'reversibility'): string {
  return publicKeyLine(readSigningKey(privateKeyText).publicBlob, comment)
}

/** As `ssh-keygen -l` prints it: `SHA256:…`. */
export function keyFingerprint(blob: Uint8Array): string {
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`
}

/** Throws `invalid-input` when the blob is not exactly one Ed25519 key. */
export function publicKeyOf(blob: Buffer): KeyObject {
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: pointOf(blob).toString('base64url') }
  return createPublicKey({ key: jwk, format: 'jwk' })
}

export function armor(label: string, bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,70}/g) ?? []
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`
}

/** Undefined when the text is not exactly one such block. */
export function unarmor(label: string, text: string): Buffer | undefined {
  const lines = text.trim().split(/\r?\n/)
  if (lines.shift() !== `-----BEGIN ${label}-----`) return undefined
  if (lines.pop() !== `-----END ${label}-----`) return undefined
  const base64 = lines.join('')
  const bytes = Buffer.from(base64, 'base64')
  return bytes.length > 0 && bytes.toString('base64') === base64 ? bytes : undefined
}

function fromPkcs8(text: string): SigningKey {
  let privateKey: KeyObject
  try {
    privateKey = createPrivateKey(text)
  } catch {
    throw badKey('its PEM cannot be read')
  }
  if (privateKey.asymmetricKeyType !== 'ed25519')
    throw badKey(`it is of type ${privateKey.asymmetricKeyType}`)
  const { x } = privateKey.export({ format: 'jwk' })
  return { privateKey, publicBlob: publicBlobOf(Buffer.from(x!, 'base64url')) }
}

function fromOpenSsh(bytes: Buffer): SigningKey {
  const reader = new SshReader(bytes)
  if (!reader.raw(magic.length).equals(magic)) throw badKey('it is not of the format openssh-key-v1')
  const cipherName = reader.text()
  reader.string()
  reader.string()
  if (cipherName !== 'none') throw encryptedKey()
  if (reader.uint32() !== 1) throw badKey('it holds more than one key')
  const publicBlob = Buffer.from(reader.string())
  const secret = new SshReader(reader.string())
  const check = secret.uint32()
  if (secret.uint32() !== check) throw badKey('its check numbers differ')
  const type = secret.text()
  if (type !== keyType) throw badKey(`it is of type ${type.slice(0, 40)}`)
  const point = secret.string()
  const seed = secret.string().subarray(0, 32)
  const jwk = {
    kty: 'OKP',
    crv: 'Ed25519',
    d: seed.toString('base64url'),
    x: point.toString('base64url'),
  }
  const privateKey = createPrivateKey({ key: jwk, format: 'jwk' })
  const derived = createPublicKey(privateKey).export({ format: 'jwk' })
  const sameHalves = derived.x === jwk.x && publicBlob.equals(publicBlobOf(point))
  if (!sameHalves) throw badKey('its public and private halves do not belong together')
  return { privateKey, publicBlob }
}

function publicBlobOf(point: Buffer): Buffer {
  return Buffer.concat([sshString(keyType), sshString(point)])
}

function pointOf(blob: Buffer): Buffer {
  try {
    const reader = new SshReader(blob)
    const type = reader.text()
    const point = reader.string()
    if (type === keyType && point.length === 32 && reader.rest().length === 0) return point
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause
  }
  throw badPublicKey('its bytes are not an Ed25519 key')
}

function badKey(why: string): ReversibilityError {
  return new ReversibilityError('invalid-input', `The private key cannot be used: ${why}.`, {
    remedy: 'Give an Ed25519 key, made by `reversibility keys new FILE` or `ssh-keygen -t ed25519`.',
  })
}

function encryptedKey(): ReversibilityError {
  return new ReversibilityError('invalid-input', 'The private key is protected by a passphrase.', {
    remedy:
      'Give an unencrypted copy kept by your secret manager (`ssh-keygen -p -N "" -f COPY`), for instance through `command:`.',
  })
}

function badPublicKey(why: string): ReversibilityError {
  return new ReversibilityError('invalid-input', `A public key cannot be read: ${why}.`, {
    remedy: 'Give it as one line, `ssh-ed25519 AAAA… comment`, as ssh-keygen writes to the .pub file.',
  })
}
