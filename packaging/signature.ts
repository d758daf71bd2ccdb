import { createHash, sign, verify } from 'node:crypto'
import { ReversibilityError } from '../contract/errors.ts'
import { armor, keyFingerprint, publicKeyOf, readPublicKey, readSigningKey, unarmor } from './ssh-key.ts'
import { SshReader, sshString, uint32 } from './ssh-wire.ts'

export { newSigningKey, publicLineOf } from './ssh-key.ts'

/*
 * SSHSIG, as OpenSSH's PROTOCOL.sshsig defines it: what `ssh-keygen -Y sign` and `ssh-keygen -Y verify` speak.
 */

const magic = Buffer.from('SSHSIG')
const label = 'SSH SIGNATURE'

export const signatureProblems = [
  'malformed-signature',
  'unknown-key',
  'wrong-namespace',
  'bad-signature',
] as const
export type SignatureProblem = (typeof signatureProblems)[number]

export type SignatureCheck =
  | { valid: true; keyFingerprint: string }
  | { valid: false; problem: SignatureProblem; cause: string }

/** `namespace` keeps a signature made for one purpose from serving another. Returns the armored signature. */
export function signSsh(request: {
  /** OpenSSH or PKCS#8 text, Ed25519, without passphrase. */
  privateKey: string
  namespace: string
  message: Uint8Array
}): string {
  const { privateKey, publicBlob } = readSigningKey(request.privateKey)
  const signature = sign(null, signedData(request.namespace, 'sha512', request.message), privateKey)
  return armor(
    label,
    Buffer.concat([
      magic,
      uint32(1),
      sshString(publicBlob),
      sshString(request.namespace),
      sshString(''),
      sshString('sha512'),
      sshString(Buffer.concat([sshString('ssh-ed25519'), sshString(signature)])),
    ]),
  )
}

export interface SignatureRequest {
  /** The armored signature. */
  signature: string
  namespace: string
  message: Uint8Array
  /** Pinned keys: lines `ssh-ed25519 AAAA… comment`. */
  allowedKeys: readonly string[]
}

/** Says which rule a signature breaks. Throws only `invalid-input`, for an allowed key that cannot be read. */
export function checkSsh(request: SignatureRequest): SignatureCheck {
  const allowed = request.allowedKeys.map(readPublicKey)
  const parsed = parseSignature(request.signature)
  if (typeof parsed === 'string') return { valid: false, problem: 'malformed-signature', cause: parsed }
  const fingerprint = keyFingerprint(parsed.publicBlob)
  if (!allowed.some((blob) => blob.equals(parsed.publicBlob))) {
    return {
      valid: false,
      problem: 'unknown-key',
      cause: `The signature was made with the key ${fingerprint}, which is not a pinned key.`,
    }
  }
  if (parsed.namespace !== request.namespace) {
    return {
      valid: false,
      problem: 'wrong-namespace',
      cause: `The signature was made for "${printable(parsed.namespace)}", not for "${request.namespace}".`,
    }
  }
  const data = signedData(request.namespace, parsed.hashAlgorithm, request.message)
  if (!verify(null, data, publicKeyOf(parsed.publicBlob), parsed.signature)) {
    return { valid: false, problem: 'bad-signature', cause: 'The signature is not one of these bytes.' }
  }
  return { valid: true, keyFingerprint: fingerprint }
}

/** Throws `integrity-mismatch` naming the rule that the signature breaks. */
export function verifySsh(request: SignatureRequest): { keyFingerprint: string } {
  const check = checkSsh(request)
  if (check.valid) return { keyFingerprint: check.keyFingerprint }
  throw new ReversibilityError('integrity-mismatch', check.cause, {
    subject: check.problem,
    remedy: 'Do not trust what is signed; ask the signer for it again and compare the key out of band.',
  })
}

interface ParsedSignature {
  publicBlob: Buffer
  namespace: string
  hashAlgorithm: 'sha256' | 'sha512'
  signature: Buffer
}

/** A sentence instead, when it is not a signature that this code can check. */
function parseSignature(text: string): ParsedSignature | string {
  const bytes = unarmor(label, text)
  if (bytes === undefined) return 'The signature is not one armored SSH SIGNATURE block.'
  try {
    const reader = new SshReader(bytes)
    if (!reader.raw(magic.length).equals(magic)) return 'The signature does not start with SSHSIG.'
    if (reader.uint32() !== 1) return 'The signature is of another version of SSHSIG than 1.'
    const publicBlob = reader.string()
    const namespace = reader.text()
    // The format asks readers to ignore this field; what was signed had it empty here, and nothing else is made.
    if (reader.string().length > 0) return "The signature's reserved field is not empty."
    const hashAlgorithm = reader.text()
    if (hashAlgorithm !== 'sha256' && hashAlgorithm !== 'sha512') {
      return 'The signature uses another hash than sha256 or sha512.'
    }
    const inner = new SshReader(reader.string())
    if (reader.rest().length > 0) return 'The signature is followed by other bytes.'
    const algorithm = inner.text()
    if (algorithm !== 'ssh-ed25519') return 'The signature is not an Ed25519 signature.'
    const signature = inner.string()
    if (signature.length !== 64 || inner.rest().length > 0) return 'The signature has a wrong length.'
    return { publicBlob, namespace, hashAlgorithm, signature }
  } catch (cause) {
    if (cause instanceof RangeError) return 'The signature is cut short.'
    throw cause
  }
}

function signedData(namespace: string, hashAlgorithm: 'sha256' | 'sha512', message: Uint8Array): Buffer {
  return Buffer.concat([
    magic,
    sshString(namespace),
    sshString(''),
    sshString(hashAlgorithm),
    sshString(createHash(hashAlgorithm).update(message).digest()),
  ])
}

function printable(text: string): string {
  return text.slice(0, 100).replace(/[^\x20-\x7e]/g, '?')
}
