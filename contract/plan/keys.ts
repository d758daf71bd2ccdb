import { Encrypter } from 'age-encryption'

/** Undefined when the text is an age recipient (`age1…`, checksum included), else what is wrong with it. */
export function ageRecipientFault(text: string): string | undefined {
  if (text.startsWith('AGE-SECRET-KEY-')) return 'this is a private key'
  if (!text.startsWith('age1')) return 'it does not start with `age1`'
  try {
    new Encrypter().addRecipient(text)
    return undefined
  } catch {
    return 'its checksum does not match: a character is missing or mistyped'
  }
}

const ed25519 = 'ssh-ed25519'

/** Undefined when the text is an `ssh-ed25519 AAAA… comment` line (RFC 8709, section 4), else what is wrong. */
export function sshPublicKeyFault(text: string): string | undefined {
  if (text.includes('PRIVATE KEY')) return 'this is a private key'
  const [type, encoded, ...rest] = text.trim().split(/ +/)
  if (type !== ed25519) return `it does not start with \`${ed25519}\``
  if (encoded === undefined || /[\r\n]/.test(rest.join(' ')))
    return 'it is not one line of type, key and comment'
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(encoded)) return 'its second word is not Base64'
  const bytes = Buffer.from(encoded, 'base64')
  // string "ssh-ed25519" then string of 32 bytes, each after its length in four bytes.
  const wellFormed =
    bytes.length === 51 &&
    bytes.readUInt32BE(0) === ed25519.length &&
    bytes.toString('latin1', 4, 15) === ed25519 &&
    bytes.readUInt32BE(15) === 32
  return wellFormed ? undefined : 'its second word is not an Ed25519 key: a character is missing or mistyped'
}
