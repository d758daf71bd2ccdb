import { join } from 'node:path'
import { isExecutable } from './find-tool.ts'
import { type GivenServers, postgresqlAt } from './given-servers.ts'
import { findPostgresql } from './postgresql-programs.ts'
import { postgresqlUser } from './services/postgresql.ts'
import { s3Bucket, s3Region } from './services/s3.ts'
import { temporalNamespace } from './services/temporal.ts'
import type { Stack } from './stack.ts'
import type { StackState } from './state.ts'

/** Puts together what was given and what was started. What is neither has an empty address. */
export function assembleStack(options: {
  given: GivenServers
  state: StackState | undefined
  environment: NodeJS.ProcessEnv
  stop: () => Promise<void>
}): Stack {
  const { given, state, stop } = options
  const services = state?.services
  const temporal = given.temporal ?? localTemporal(services?.temporal)
  const s3 = given.s3 ?? localS3(services?.s3)
  const postgresql = given.postgresql ?? localPostgresql(services?.postgresql)
  const all = {
    ...(temporal.address !== '' && {
      TEMPORAL_ADDRESS: temporal.address,
      TEMPORAL_NAMESPACE: temporal.namespace,
    }),
    ...(s3.endpoint !== '' && {
      S3_ENDPOINT: s3.endpoint,
      S3_REGION: s3.region,
      S3_BUCKET: s3.bucket,
      AWS_ACCESS_KEY_ID: s3.accessKeyId,
      AWS_SECRET_ACCESS_KEY: s3.secretAccessKey,
    }),
    ...(postgresql.port !== 0 && { REVERSIBILITY_POSTGRESQL_URL: postgresql.url('postgres') }),
    ...(given.postgresql === undefined && postgresql.port !== 0 && clientPrograms(options.environment)),
  }
  return { temporal, s3, postgresql, environment: () => ({ ...all }), stop }
}

type Services = StackState['services']

function localTemporal(service: Services['temporal'] | undefined): Stack['temporal'] {
  const settings = service?.phase === 'ready' ? service.settings : null
  return {
    address: settings === null ? '' : `127.0.0.1:${settings.port}`,
    namespace: temporalNamespace,
    ...(settings?.uiPort && { uiAddress: `http://127.0.0.1:${settings.uiPort}` }),
  }
}

function localS3(service: Services['s3'] | undefined): Stack['s3'] {
  const settings = service?.phase === 'ready' ? service.settings : null
  return {
    endpoint: settings === null ? '' : `http://127.0.0.1:${settings.port}`,
    region: s3Region,
    bucket: s3Bucket,
    accessKeyId: settings?.accessKeyId ?? '',
    secretAccessKey: settings?.secretAccessKey ?? '',
  }
}

function localPostgresql(service: Services['postgresql'] | undefined): Stack['postgresql'] {
  const settings = service?.phase === 'ready' ? service.settings : null
  return postgresqlAt({
    host: '127.0.0.1',
    port: settings?.port ?? 0,
    user: postgresqlUser,
    password: settings?.password ?? '',
  })
}

/** Where psql and pg_dump of the started server's version are: the product does not know of a wheel's folder. */
function clientPrograms(environment: NodeJS.ProcessEnv): Record<string, string> {
  if (environment.REVERSIBILITY_POSTGRESQL_BIN) {
    return { REVERSIBILITY_POSTGRESQL_BIN: environment.REVERSIBILITY_POSTGRESQL_BIN }
  }
  const folder = findPostgresql(environment)
  const complete =
    folder !== undefined && ['psql', 'pg_dump'].every((name) => isExecutable(join(folder, name)))
  return complete ? { REVERSIBILITY_POSTGRESQL_BIN: folder } : {}
}
