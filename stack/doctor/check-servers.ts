import {
  GetBucketVersioningCommand,
  GetObjectLockConfigurationCommand,
  HeadBucketCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3'
import { Connection } from '@temporalio/client'
import { loadClientConnectConfig } from '@temporalio/envconfig'
import pg from 'pg'
import { givenServers } from '../given-servers.ts'
import type { ServiceName } from '../layout.ts'
import { searchAttributes } from '../services/temporal.ts'
import type { Stack } from '../stack.ts'
import { reasonOf } from '../stack-error.ts'

/** Whether a server that the environment names can be used. */
export interface ServerCheck {
  service: ServiceName
  /** Without credentials. */
  address: string
  state: 'ok' | 'refused' | 'incomplete'
  /** What answered, or what is wrong. */
  note: string
  remedies: string[]
}

type Outcome = Pick<ServerCheck, 'state' | 'note' | 'remedies'>

const timeoutMilliseconds = 5000

/** Talks to each server that the environment names, as the product would. Changes nothing there. */
export async function checkServers(environment: NodeJS.ProcessEnv): Promise<ServerCheck[]> {
  const given = givenServers(environment)
  const checks: Promise<ServerCheck>[] = []
  const check = (service: ServiceName, address: string, run: () => Promise<Outcome>) => {
    const settle = async (): Promise<ServerCheck> => {
      try {
        return { service, address, ...(await run()) }
      } catch (error) {
        return { service, address, state: 'refused', note: explain(error), remedies: remedyFor[service] }
      }
    }
    checks.push(settle())
  }
  if (given.temporal) check('temporal', given.temporal.address, () => checkTemporal(environment))
  const { s3, postgresql } = given
  if (s3) check('s3', s3.endpoint, () => checkS3(s3))
  if (postgresql) {
    check('postgresql', `${postgresql.host}:${postgresql.port}`, () => checkPostgresql(postgresql))
  }
  return Promise.all(checks)
}

const startIt = 'if it is the local stack, start it: reversibility stack up --detach'

const remedyFor: Record<ServiceName, string[]> = {
  temporal: [
    'check TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE and the TLS or API key settings, or unset them',
    startIt,
  ],
  s3: ['check S3_ENDPOINT, S3_REGION, S3_BUCKET and the AWS keys, or unset S3_ENDPOINT', startIt],
  postgresql: ['check REVERSIBILITY_POSTGRESQL_URL, or unset it', startIt],
}

async function checkTemporal(environment: NodeJS.ProcessEnv): Promise<Outcome> {
  const { connectionOptions, namespace = 'default' } = loadClientConnectConfig({
    overrideEnvVars: definedOnly(environment),
  })
  const connection = await Connection.connect({ ...connectionOptions, connectTimeout: timeoutMilliseconds })
  try {
    const found = await connection.withDeadline(Date.now() + timeoutMilliseconds, async () => {
      const info = await connection.workflowService.getSystemInfo({})
      const attributes = await connection.operatorService.listSearchAttributes({ namespace })
      return { version: info.serverVersion, names: Object.keys(attributes.customAttributes ?? {}) }
    })
    const missing = Object.entries(searchAttributes).filter(([name]) => !found.names.includes(name))
    if (missing.length === 0) return ok(`Temporal ${found.version}, namespace ${namespace}`)
    return {
      state: 'incomplete',
      note: `namespace ${namespace} lacks the search attributes ${missing.map(([name]) => name).join(', ')}`,
      remedies: missing.map(
        ([name, type]) =>
          `temporal operator search-attribute create --namespace ${namespace} --name ${name} --type ${type}`,
      ),
    }
  } finally {
    await connection.close()
  }
}

async function checkS3(s3: Stack['s3']): Promise<Outcome> {
  const { endpoint, region, bucket, accessKeyId, secretAccessKey } = s3
  const client = new S3Client({
    endpoint,
    region,
    forcePathStyle: true,
    maxAttempts: 1,
    requestHandler: { connectionTimeout: timeoutMilliseconds, requestTimeout: timeoutMilliseconds },
    credentials: { accessKeyId, secretAccessKey },
  })
  try {
    await client.send(new HeadBucketCommand({ Bucket: bucket }))
    const versioning = await client.send(new GetBucketVersioningCommand({ Bucket: bucket }))
    const lacks = [
      ...(versioning.Status === 'Enabled' ? [] : ['versioning']),
      ...((await hasObjectLock(client, bucket)) ? [] : ['Object Lock']),
    ]
    if (lacks.length === 0) return ok(`bucket ${bucket} with versioning and Object Lock`)
    return {
      state: 'incomplete',
      note: `bucket ${bucket} has no ${lacks.join(' and no ')}`,
      remedies: [
        `make a bucket that has both: aws s3api create-bucket --bucket NAME --object-lock-enabled-for-bucket`,
      ],
    }
  } finally {
    client.destroy()
  }
}

async function hasObjectLock(client: S3Client, bucket: string): Promise<boolean> {
  try {
    const { ObjectLockConfiguration } = await client.send(
      new GetObjectLockConfigurationCommand({ Bucket: bucket }),
    )
    return ObjectLockConfiguration?.ObjectLockEnabled === 'Enabled'
  } catch (error) {
    if (error instanceof S3ServiceException && error.name === 'ObjectLockConfigurationNotFoundError')
      return false
    throw error
  }
}

async function checkPostgresql(postgresql: Stack['postgresql']): Promise<Outcome> {
  const client = new pg.Client({
    connectionString: postgresql.url('postgres'),
    connectionTimeoutMillis: timeoutMilliseconds,
  })
  try {
    await client.connect()
    const { rows } = await client.query<{ version: string; may_create: boolean }>(
      `SELECT current_setting('server_version') AS version, rolcreatedb OR rolsuper AS may_create
         FROM pg_roles WHERE rolname = current_user`,
    )
    const [row] = rows
    if (row?.may_create) return ok(`PostgreSQL ${row.version}`)
    return {
      state: 'incomplete',
      note: `user ${postgresql.user} may not create databases`,
      remedies: [`ALTER ROLE ${pg.escapeIdentifier(postgresql.user)} CREATEDB`],
    }
  } finally {
    await client.end()
  }
}

function ok(note: string): Outcome {
  return { state: 'ok', note, remedies: [] }
}

/** Several clients give an empty message and put the reason into a code, or into the causes. */
function explain(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(explain).join('; ')
  const { code } = error as { code?: unknown }
  const message = reasonOf(error)
  return message !== '' && message !== 'UnknownError' ? message : String(code ?? (error as Error).name)
}

function definedOnly(environment: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
}
