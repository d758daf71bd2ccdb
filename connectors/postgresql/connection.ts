import { readFile } from 'node:fs/promises'
import type { Duplex } from 'node:stream'
import type { ConnectionOptions } from 'node:tls'
import pg from 'pg'
import { ReversibilityError } from '../../contract/errors.ts'
import { type ServerSettings, serverName } from './config.ts'
import { cancelled, failureOf } from './failures.ts'
import { oldestServerVersion, settingStatements } from './session-settings.ts'

const connectTimeoutMilliseconds = 15_000

/** One connection with this connector's settings made. */
export interface Session {
  readonly client: pg.Client
  readonly server: ServerSettings
  /** `server_version_num`: 150018. */
  readonly serverVersion: number
  readonly pid: number
  /** Why the connection ended by itself, once it did. */
  lost: Error | undefined
}

/** Connects, as `sslmode` says (libpq's meaning, documentation 34.19.3), and makes the session's settings. */
export async function openSession(
  server: ServerSettings,
  signal: AbortSignal | undefined,
  applicationName = 'reversibility',
): Promise<Session> {
  const action = 'connecting'
  if (signal?.aborted) throw cancelled(action, signal.reason)
  const client = await connect(server, applicationName)
  const session: Session = { client, server, serverVersion: 0, pid: 0, lost: undefined }
  client.on('error', (error) => {
    session.lost ??= error
  })
  client.on('end', () => {
    session.lost ??= new Error('the connection ended')
  })
  try {
    const { rows } = await client.query<{ version: string; pid: number }>(
      `SELECT current_setting('server_version_num') AS version, pg_backend_pid() AS pid`,
    )
    const serverVersion = Number(rows[0]!.version)
    if (serverVersion < oldestServerVersion) {
      throw new ReversibilityError('unsupported', `${serverName(server)} runs a PostgreSQL older than 12.`, {
        remedy: 'Upgrade it, or restore a dump of it on a newer server and declare that one.',
        subject: serverName(server),
      })
    }
    await client.query(settingStatements(serverVersion))
    if (signal?.aborted) throw cancelled(action, signal.reason)
    return Object.assign(session, { serverVersion, pid: rows[0]!.pid })
  } catch (error) {
    await closeSession(session)
    throw failureOf(error, { server, action })
  }
}

export interface Asked {
  text: string
  values?: unknown[]
  /** `reading public.client`, for messages. */
  action: string
  subject?: string
}

/** The rows of one query. An aborted signal ends the query at the server, and the session with it. */
export async function query<Row extends pg.QueryResultRow>(
  session: Session,
  asked: Asked,
  signal?: AbortSignal,
): Promise<Row[]> {
  return (await run<Row>(session, asked, signal)).rows
}

/** The same, with what else the server says of the query. */
export async function run<Row extends pg.QueryResultRow>(
  session: Session,
  asked: Asked,
  signal?: AbortSignal,
): Promise<pg.QueryResult<Row>> {
  const { text, values, action, subject } = asked
  if (signal?.aborted) throw cancelled(action, signal.reason)
  const onAbort = () => {
    void terminate(session)
  }
  signal?.addEventListener('abort', onAbort, { once: true })
  try {
    return await session.client.query<Row>(text, values)
  } catch (error) {
    if (signal?.aborted) throw cancelled(action, signal.reason)
    const doing = { server: session.server, action, ...(subject === undefined ? {} : { subject }) }
    throw failureOf(error, doing)
  } finally {
    signal?.removeEventListener('abort', onAbort)
  }
}

export async function closeSession(session: Session): Promise<void> {
  session.lost ??= new Error('the connection was closed')
  await session.client.end().catch(() => undefined)
}

/** Ends the query under way. The user may end what is their own; where that fails, the broken connection will. */
async function terminate(session: Session): Promise<void> {
  try {
    const helper = await connect(session.server, 'reversibility: cancel')
    helper.on('error', () => undefined)
    await helper.query('SELECT pg_terminate_backend($1)', [session.pid])
    await helper.end()
  } catch {
    // The socket is closed next, and the server notices that by itself.
  }
  socketOf(session.client).destroy()
}

/** The socket under a client, encrypted or not. */
export function socketOf(client: pg.Client): Duplex {
  return (client as unknown as { connection: { stream: Duplex } }).connection.stream
}

async function connect(server: ServerSettings, applicationName: string): Promise<pg.Client> {
  const attempts = await tlsAttempts(server)
  for (const [index, ssl] of attempts.entries()) {
    const client = new pg.Client({
      host: server.host,
      port: server.port,
      database: server.database,
      user: server.user,
      // A function, so that no file or variable of this machine stands in for a password that was not given.
      password: () => server.password ?? '',
      ssl,
      application_name: applicationName,
      connectionTimeoutMillis: connectTimeoutMilliseconds,
      keepAlive: true,
      keepAliveInitialDelayMillis: 30_000,
    })
    // Errors after the failed attempt have no one left to tell.
    client.on('error', () => undefined)
    try {
      await client.connect()
      return client
    } catch (error) {
      await client.end().catch(() => undefined)
      const isLast = index === attempts.length - 1
      const isAboutTls = error instanceof Error && /SSL|pg_hba|no encryption/i.test(error.message)
      if (isLast || !isAboutTls) throw failureOf(error, { server, action: 'connecting' })
    }
  }
  throw new Error('unreachable: there is always one attempt')
}

async function tlsAttempts(server: ServerSettings): Promise<(false | ConnectionOptions)[]> {
  if (server.host.startsWith('/') || server.sslMode === 'disable') return [false]
  const ca =
    server.sslRootCertificate === undefined ? {} : { ca: await certificate(server.sslRootCertificate) }
  const unchecked: ConnectionOptions = { rejectUnauthorized: false }
  switch (server.sslMode) {
    case 'allow':
      return [false, unchecked]
    case 'prefer':
      return [unchecked, false]
    case 'require':
      return [
        server.sslRootCertificate === undefined ? unchecked : { ...ca, checkServerIdentity: () => undefined },
      ]
    case 'verify-ca':
      return [{ ...ca, checkServerIdentity: () => undefined }]
    case 'verify-full':
      return [{ ...ca }]
  }
}

async function certificate(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    throw new ReversibilityError('not-found', `The certificate ${path} cannot be read.`, {
      remedy: 'Name with sslrootcert a file that the worker may read.',
      subject: path,
      cause,
    })
  }
}
