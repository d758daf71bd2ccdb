import { execFile } from 'node:child_process'
import { open } from 'node:fs/promises'
import { promisify } from 'node:util'
import { type ErrorType, ReversibilityError } from '../contract/errors.ts'
import { isSecretReference } from '../contract/plan/secret-reference.ts'

export { isSecretReference }

const run = promisify(execFile)

const maxSecretBytes = 64 * 1024
const commandTimeoutMilliseconds = 15_000

/** Where container platforms mount secrets, readable by all inside a mount that only the container has. */
const privateMounts = ['/run/secrets/', '/var/run/secrets/']

/**
 * The secret that a reference stands for, without the end of line that editors and commands add.
 *
 * - `env:NAME`: a variable of this process. Unset or empty is `not-found`.
 * - `file:/path`: at most 64 KiB. A file that others than its owner and group may read or write is refused
 *   (`access-denied`): 0600, 0640 and 0400 pass, 0644 does not, except under `/run/secrets`, where platforms mount them so.
 * - `command:program arg arg`: run without a shell, arguments split at spaces, at most 15 seconds; its standard
 *   output. Its standard error is never shown, since it may repeat what it was given.
 *
 * Errors name the reference, never the value. A command's arguments are not repeated either.
 */
export async function resolveSecret(reference: string): Promise<string> {
  const parsed = parse(reference)
  if (parsed === undefined) {
    throw new ReversibilityError('invalid-input', 'This is not a reference to a secret.', {
      remedy:
        'Write env:NAME, file:/absolute/path or command:program args, and keep the secret itself out of the plan.',
    })
  }
  if (parsed.scheme === 'env') return fromEnvironment(parsed.name)
  if (parsed.scheme === 'file') return fromFile(parsed.path)
  return fromCommand(parsed.program, parsed.args)
}

type Reference =
  | { scheme: 'env'; name: string }
  | { scheme: 'file'; path: string }
  | { scheme: 'command'; program: string; args: string[] }

function parse(text: string): Reference | undefined {
  if (!isSecretReference(text)) return undefined
  const colon = text.indexOf(':')
  const rest = text.slice(colon + 1)
  switch (text.slice(0, colon)) {
    case 'env':
      return { scheme: 'env', name: rest }
    case 'file':
      return { scheme: 'file', path: rest }
    default: {
      const [program, ...args] = rest.split(' ').filter((word) => word !== '')
      return { scheme: 'command', program: program!, args }
    }
  }
}

function fromEnvironment(name: string): string {
  const value = process.env[name]
  if (value === undefined || value === '') {
    throw refused('not-found', `env:${name}`, 'is not set', `Set the variable ${name} for the worker.`)
  }
  return value
}

async function fromFile(path: string): Promise<string> {
  const reference = `file:${path}`
  try {
    await using file = await open(path, 'r')
    const stats = await file.stat()
    if (!stats.isFile()) {
      throw refused('invalid-input', reference, 'is not a file', 'Name a file that holds the secret alone.')
    }
    if ((stats.mode & 0o006) !== 0 && !privateMounts.some((mount) => path.startsWith(mount))) {
      throw refused(
        'access-denied',
        reference,
        'may be read or written by anyone',
        `Run chmod 600 on ${path}.`,
      )
    }
    if (stats.size > maxSecretBytes) {
      throw refused(
        'invalid-input',
        reference,
        'is larger than 64 KiB',
        'Name a file that holds the secret alone.',
      )
    }
    return notEmpty(reference, await file.readFile('utf8'))
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw refused('not-found', reference, 'does not exist', `Create ${path} on the worker's machine.`)
    }
    if (code === 'EACCES' || code === 'EPERM') {
      throw refused('access-denied', reference, 'may not be read', `Let the worker's user read ${path}.`)
    }
    throw error
  }
}

async function fromCommand(program: string, args: string[]): Promise<string> {
  const reference = `command:${program}`
  try {
    const { stdout } = await run(program, args, {
      timeout: commandTimeoutMilliseconds,
      maxBuffer: maxSecretBytes,
      killSignal: 'SIGKILL',
      windowsHide: true,
    })
    return notEmpty(reference, stdout)
  } catch (error) {
    if (error instanceof ReversibilityError) throw error
    // The error of execFile holds the whole command line and its output: none of it may travel as a cause.
    const { code, killed } = error as { code?: string | number; killed?: boolean }
    if (code === 'ENOENT') {
      throw refused('not-found', reference, 'was not found', `Install ${program} on the worker's machine.`)
    }
    if (code === 'EACCES') {
      throw refused(
        'access-denied',
        reference,
        'may not be run',
        `Make ${program} executable for the worker's user.`,
      )
    }
    const what = killed
      ? `did not answer within ${commandTimeoutMilliseconds / 1000} seconds, or said too much`
      : `failed with ${String(code)}`
    throw refused('unavailable', reference, what, `Run ${program} by hand as the worker's user to see why.`)
  }
}

function notEmpty(reference: string, text: string): string {
  const secret = text.replace(/\r?\n$/, '')
  if (secret === '') throw refused('not-found', reference, 'gives nothing', 'Put the secret there.')
  return secret
}

function refused(type: ErrorType, reference: string, what: string, remedy: string): ReversibilityError {
  return new ReversibilityError(type, `The secret ${reference} ${what}.`, { remedy, subject: reference })
}
