import { z } from 'zod'
import { ReversibilityError } from '../../contract/errors.ts'
import { isSecretReference } from '../../contract/plan/secret-reference.ts'
import type { SecretResolver } from '../connector.ts'

export const sslModes = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const
export type SslMode = (typeof sslModes)[number]

export const secretReference = z
  .string()
  .refine(isSecretReference, 'Give a reference: env:NAME, file:/absolute/path or command:program argument.')

/** One string that holds all of it: `postgresql://user:password@host:5432/database?sslmode=verify-full`. */
const byUrl = z.strictObject({
  url: secretReference.describe('Reference to a postgresql:// URL with user, password and database'),
})

const byFields = z.strictObject({
  host: z.string().min(1).describe('Name, address, or folder of a Unix socket'),
  port: z.int().min(1).max(65_535).default(5432),
  database: z.string().min(1).max(63),
  user: z.string().min(1).max(63),
  password: secretReference.optional().describe('Reference to the password'),
  sslmode: z.enum(sslModes).default('prefer'),
  sslrootcert: z.string().startsWith('/').optional().describe('File of the authority that signed the server'),
})

/** The `config` of a plan's source whose connector is `postgresql`. */
export const postgresqlConfig = z.union([byUrl, byFields])
export type PostgresqlConfig = z.infer<typeof postgresqlConfig>

/** Where and as whom to connect. Holds the password: never logged, never put in an error. */
export interface ServerSettings {
  host: string
  port: number
  database: string
  user: string
  password: string | undefined
  sslMode: SslMode
  sslRootCertificate: string | undefined
}

export async function settingsOf(config: PostgresqlConfig, secrets: SecretResolver): Promise<ServerSettings> {
  if ('url' in config) return parseUrl(await secrets(config.url), config.url)
  return {
    host: config.host,
    port: config.port,
    database: config.database,
    user: config.user,
    password: config.password === undefined ? undefined : await secrets(config.password),
    sslMode: config.sslmode,
    sslRootCertificate: config.sslrootcert,
  }
}

/**
 * Reads a connection URI of libpq (PostgreSQL documentation, 34.1.1.2): one host, and of the parameters those that say where
 * and how to connect. `reference` is what errors name instead of the URL.
 */
export function parseUrl(text: string, reference: string): ServerSettings {
  const refuse = (what: string) =>
    new ReversibilityError('invalid-input', `The address that ${reference} gives ${what}.`, {
      remedy: 'Write it as postgresql://user:password@host:5432/database?sslmode=verify-full.',
      subject: reference,
    })
  if (!/^postgres(?:ql)?:\/\//.test(text)) throw refuse('is not a postgresql:// URL')
  let url: URL
  try {
    // An empty host, as in postgresql:///erp?host=/run/postgresql, is refused by URL for schemes that it knows alone.
    url = new URL(text)
  } catch {
    throw refuse('cannot be read: escape special characters of the password as %40 and the like')
  }
  const known = new Set([
    'host',
    'port',
    'dbname',
    'user',
    'password',
    'sslmode',
    'sslrootcert',
    'application_name',
    'connect_timeout',
  ])
  for (const key of url.searchParams.keys()) {
    if (!known.has(key))
      throw refuse(`has the parameter ${JSON.stringify(key)}, which this connector does not know`)
  }
  const parameter = (name: string) => url.searchParams.get(name) ?? undefined
  const sslMode = sslModes.find((mode) => mode === (parameter('sslmode') ?? 'prefer'))
  if (sslMode === undefined) throw refuse(`has an sslmode that is none of ${sslModes.join(', ')}`)
  const port = Number(parameter('port') ?? (url.port || '5432'))
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw refuse('has a port that is none, or several')
  const user = parameter('user') ?? decode(url.username)
  if (user === '') throw refuse('names no user')
  const database = parameter('dbname') ?? decode(url.pathname.slice(1))
  if (database === '') throw refuse('names no database')
  const host = parameter('host') ?? decode(url.hostname).replace(/^\[(.*)\]$/, '$1')
  if (host.includes(',')) throw refuse('names several hosts, and a consistent reading needs one')
  return {
    host: host === '' ? 'localhost' : host,
    port,
    database,
    user,
    password: parameter('password') ?? (decode(url.password) || undefined),
    sslMode,
    sslRootCertificate: parameter('sslrootcert'),
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** `host:port`, as errors name a server. */
export function serverName({ host, port }: Pick<ServerSettings, 'host' | 'port'>): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

/** A source's address without credentials: `postgresql://host:5432/erp`. */
export function addressOf(settings: Pick<ServerSettings, 'host' | 'port'>, database: string): string {
  const host = settings.host.startsWith('/') ? encodeURIComponent(settings.host) : settings.host
  return `postgresql://${serverName({ host, port: settings.port })}/${encodeURIComponent(database)}`
}
