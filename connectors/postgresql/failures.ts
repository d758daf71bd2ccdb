import { type ErrorType, ReversibilityError } from '../../contract/errors.ts'
import { type ServerSettings, serverName } from './config.ts'

/** What was being done, to whom: for messages. */
export interface Doing {
  server: ServerSettings
  /** `reading public.client`. */
  action: string
  subject?: string
}

/**
 * The failure of a server, a driver or a client program in the words of `contract/errors.ts`. `SQLSTATE` codes are those of
 * PostgreSQL's appendix A. What the server says is kept, since it names objects and never passwords.
 */
export function failureOf(error: unknown, doing: Doing): ReversibilityError {
  if (error instanceof ReversibilityError) return error
  const code = codeOf(error)
  const said = error instanceof Error && error.message !== '' ? error.message : String(code ?? error)
  return failureFrom({ code, said, cause: error }, doing)
}

export function failureFrom(
  what: { code: string | undefined; said: string; cause?: unknown },
  { server, action, subject }: Doing,
): ReversibilityError {
  const { type, remedy } = judge(what.code ?? '', what.said, server)
  return new ReversibilityError(
    type,
    `PostgreSQL at ${serverName(server)}, ${action}: ${firstLine(what.said)}`,
    {
      remedy,
      subject: subject ?? serverName(server),
      ...(what.cause === undefined ? {} : { cause: withoutSecrets(what.cause) }),
    },
  )
}

export function cancelled(action: string, cause?: unknown): ReversibilityError {
  return new ReversibilityError('cancelled', `Stopped while ${action}.`, {
    remedy: 'Nothing is left open; start again when wanted.',
    ...(cause === undefined ? {} : { cause }),
  })
}

export function epochLost(server: ServerSettings, why: string): ReversibilityError {
  return new ReversibilityError('epoch-lost', `The reading of ${serverName(server)} is no more: ${why}.`, {
    remedy: 'Open a new epoch: what was read so far belongs to an instant that cannot be reached again.',
    subject: serverName(server),
  })
}

/** SQLSTATE or the code of a system call. */
export function codeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' ? code : undefined
}

function judge(code: string, said: string, server: ServerSettings): { type: ErrorType; remedy: string } {
  const at = serverName(server)
  if (code.startsWith('28')) {
    return { type: 'access-denied', remedy: `Check the user, the password and pg_hba.conf of ${at}.` }
  }
  if (
    /^(?:ERR_TLS|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|CERT_)|HOSTNAME_MISMATCH/.test(code) ||
    /certificate verify failed/.test(said)
  ) {
    return {
      type: 'access-denied',
      remedy: `Name with sslrootcert the authority that signed the certificate of ${at}, and the host as the certificate does.`,
    }
  }
  if (code === '42501') {
    return { type: 'access-denied', remedy: `Grant ${server.user} what the message names, then start again.` }
  }
  if (code === '3D000') {
    return { type: 'not-found', remedy: `Name a database that exists on ${at}.` }
  }
  if (code === '22021' || code === '22P05') {
    return { type: 'unsupported', remedy: 'Mend the text that is not valid in the encoding of its database.' }
  }
  if (code === 'XX001' || code === 'XX002') {
    return {
      type: 'integrity-mismatch',
      remedy: 'The data is damaged at the source: check its disks, repair it from a backup.',
    }
  }
  if (code === '58P01' || /extension .* is not available|extension control file/.test(said)) {
    return {
      type: 'unsupported',
      remedy: `Install on ${at} the extension or library that the message names.`,
    }
  }
  if (code === '53300') {
    return {
      type: 'unavailable',
      remedy: `Lower limits.connections of the source, or raise max_connections of ${at}.`,
    }
  }
  if (code === '53200') {
    return {
      type: 'unavailable',
      remedy: `Raise max_locks_per_transaction of ${at}: a reading holds a light lock on each table.`,
    }
  }
  if (code === '55P03') {
    return {
      type: 'unavailable',
      remedy: 'Wait until the change of structure that holds the lock has ended.',
    }
  }
  if (isQueryError(code)) {
    return {
      type: 'unavailable',
      remedy: 'Read what the server says; if it comes again, report it with its log.',
    }
  }
  return { type: 'unavailable', remedy: `Check that ${at} runs and that this machine may reach it.` }
}

function isQueryError(code: string): boolean {
  return (
    /^[0-9A-Z]{5}$/.test(code) && !code.startsWith('08') && !code.startsWith('57P') && !/^E[A-Z]+$/.test(code)
  )
}

function firstLine(text: string): string {
  return text.trim().split('\n', 1)[0]!.slice(0, 500)
}

/** The driver's errors carry the message, the code and the position, but also the connection in some releases. */
function withoutSecrets(cause: unknown): unknown {
  if (!(cause instanceof Error)) return cause
  const plain = new Error(cause.message)
  return Object.assign(plain, { code: codeOf(cause), stack: cause.stack })
}
