import type { Stack } from './stack.ts'
import { StackError } from './stack-error.ts'
import type { StackState } from './state.ts'

/** Servers that the environment names: they are used, and nothing is started in their place. */
export interface GivenServers {
  temporal?: Stack['temporal']
  s3?: Stack['s3']
  postgresql?: Stack['postgresql']
}

/** Reads TEMPORAL_ADDRESS, S3_ENDPOINT and REVERSIBILITY_POSTGRESQL_URL with what belongs to each. */
export function givenServers(environment: NodeJS.ProcessEnv): GivenServers {
  const temporal = environment.TEMPORAL_ADDRESS
  const s3 = environment.S3_ENDPOINT
  const postgresql = environment.REVERSIBILITY_POSTGRESQL_URL
  return {
    ...(isSet(temporal) && {
      temporal: { address: temporal, namespace: environment.TEMPORAL_NAMESPACE || 'default' },
    }),
    ...(isSet(s3) && { s3: givenS3(s3, environment) }),
    ...(isSet(postgresql) && { postgresql: givenPostgresql(postgresql) }),
  }
}

/**
 * The same, without those that are the stack's own: a shell that took its addresses from `stack env` goes on speaking of
 * that stack, and may start it again.
 */
export function foreignServers(environment: NodeJS.ProcessEnv, state: StackState | undefined): GivenServers {
  const { temporal, s3, postgresql } = givenServers(environment)
  const own = {
    temporal: `127.0.0.1:${state?.services.temporal.settings?.port}`,
    s3: `http://127.0.0.1:${state?.services.s3.settings?.port}`,
    postgresql: `127.0.0.1:${state?.services.postgresql.settings?.port}`,
  }
  return {
    ...(temporal && temporal.address !== own.temporal && { temporal }),
    ...(s3 && s3.endpoint !== own.s3 && { s3 }),
    ...(postgresql && `${postgresql.host}:${postgresql.port}` !== own.postgresql && { postgresql }),
  }
}

/** A PostgreSQL server by its parts, with an address for each database. */
export function postgresqlAt(parts: Omit<Stack['postgresql'], 'url'>): Stack['postgresql'] {
  const { host, port, user, password } = parts
  const authority = `${encodeURIComponent(user)}:${encodeURIComponent(password)}@${host}:${port}`
  return { ...parts, url: (database) => `postgresql://${authority}/${encodeURIComponent(database)}` }
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && value !== ''
}

function givenS3(endpoint: string, environment: NodeJS.ProcessEnv): Stack['s3'] {
  const needed = { S3_BUCKET: '', AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' }
  const missing = Object.keys(needed).filter((name) => !isSet(environment[name]))
  if (missing.length > 0) {
    throw new StackError('invalid-input', `S3_ENDPOINT is set, but ${missing.join(', ')} is not.`, {
      remedy: 'Set them too, or unset S3_ENDPOINT so that a local S3 server is started.',
    })
  }
  return {
    endpoint,
    region: environment.S3_REGION || environment.AWS_REGION || 'us-east-1',
    bucket: environment.S3_BUCKET ?? '',
    accessKeyId: environment.AWS_ACCESS_KEY_ID ?? '',
    secretAccessKey: environment.AWS_SECRET_ACCESS_KEY ?? '',
  }
}

function givenPostgresql(address: string): Stack['postgresql'] {
  const url = URL.canParse(address) ? new URL(address) : undefined
  if (url === undefined || !/^postgres(ql)?:$/.test(url.protocol) || url.hostname === '') {
    throw new StackError('invalid-input', 'REVERSIBILITY_POSTGRESQL_URL is not a postgresql:// address.', {
      remedy: 'Write it as postgresql://user:password@host:5432/postgres.',
    })
  }
  const parts = {
    host: url.hostname,
    port: url.port === '' ? 5432 : Number(url.port),
    user: decodeURIComponent(url.username) || 'postgres',
    password: decodeURIComponent(url.password),
  }
  // The address as it was given, but for the database: it may carry settings such as sslmode.
  const of = (database: string) => {
    const other = new URL(address)
    other.pathname = `/${encodeURIComponent(database)}`
    return other.href
  }
  return { ...parts, url: of }
}
