import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { generateIdentity, identityToRecipient } from 'age-encryption'
import { ReversibilityError } from '../../contract/errors.ts'

/** What the example keeps to itself: made once per folder, never from the seed, because it opens and signs. */
export interface ExampleKeys {
  readerPassword: string
  rehearsalPassword: string
  webhookSecret: string
  /** OpenSSH private key, and its public line. */
  signingKey: string
  publicKey: string
  /** The client's age recipient; its identity stays in `<folder>/keys/client.agekey`. */
  recipient: string
}

/** Reads `<folder>/keys`, making what is missing (files of mode 0600). A second call returns the same keys. */
export async function exampleKeys(folder: string): Promise<ExampleKeys> {
  const keys = join(folder, 'keys')
  await mkdir(keys, { recursive: true, mode: 0o700 })
  const signing = join(keys, 'signature')
  const secret = (name: string) => once(join(keys, name), async () => randomBytes(24).toString('base64url'))
  const readerPassword = await secret('orme_lecture.password')
  const rehearsalPassword = await secret('orme_repetition.password')
  const webhookSecret = await once(
    join(keys, 'webhook.secret'),
    async () => `whsec_${randomBytes(24).toString('base64')}`,
  )
  const identity = await once(join(keys, 'client.agekey'), generateIdentity)
  const signingKey = await once(signing, () => newSigningKey(keys))
  return {
    readerPassword: readerPassword.trim(),
    rehearsalPassword: rehearsalPassword.trim(),
    webhookSecret: webhookSecret.trim(),
    signingKey,
    publicKey: (await publicLine(signing)).trim(),
    recipient: await identityToRecipient(identity.trim()),
  }
}

/** The file's text; when there is none, `make` says it and it is put in place whole. */
async function once(path: string, make: () => Promise<string>): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  const text = await make()
  await writeFile(`${path}.part`, text.endsWith('\n') ? text : `${text}\n`, { mode: 0o600 })
  await rename(`${path}.part`, path)
  return readFile(path, 'utf8')
}

async function newSigningKey(beside: string): Promise<string> {
  const folder = await mkdtemp(join(beside, 'nouvelle-'))
  try {
    const path = join(folder, 'signature')
    await sshKeygen('-q', '-t', 'ed25519', '-N', '', '-C', 'orme-exemple', '-f', path)
    return await readFile(path, 'utf8')
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function publicLine(privateKeyPath: string): Promise<string> {
  return sshKeygen('-y', '-f', privateKeyPath)
}

async function sshKeygen(...args: string[]): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)('ssh-keygen', args)
    return stdout
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause
    throw new ReversibilityError('not-found', 'The program ssh-keygen is not on this machine.', {
      remedy: 'Install OpenSSH’s client (Debian: apt-get install openssh-client), then try again.',
      subject: 'ssh-keygen',
      cause,
    })
  }
}
