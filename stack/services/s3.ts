import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import {
  BucketAlreadyOwnedByYou,
  CreateBucketCommand,
  HeadBucketCommand,
  PutBucketVersioningCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { choosePort } from '../free-port.ts'
import { provideGoTool, versitygwTool } from '../go-tools.ts'
import { startServer, untilReady } from '../server-process.ts'
import type { S3Settings } from '../state.ts'
import type { StartService } from './service.ts'

export const s3Region = 'us-east-1'
export const s3Bucket = 'reversibility'

/** versitygw over a folder. It does not fsync: fine for trying and testing, not for evidence that matters. */
export const startS3: StartService<S3Settings> = async (context) => {
  const { layout, kept, keep, report, signal } = context
  const program = await provideGoTool(versitygwTool, context)
  const settings: S3Settings = {
    port: await choosePort(kept?.port),
    accessKeyId: kept?.accessKeyId ?? `stack${randomBytes(8).toString('hex')}`,
    secretAccessKey: kept?.secretAccessKey ?? randomBytes(24).toString('base64url'),
  }
  keep(settings)
  report('starting', `starting the S3 gateway (${program})`, 2)
  const objects = join(layout.folder, 's3', 'objects')
  const versions = join(layout.folder, 's3', 'versions')
  for (const folder of [objects, versions]) mkdirSync(folder, { recursive: true, mode: 0o700 })
  const server = await startServer({
    program,
    args: [
      ...['--port', `127.0.0.1:${settings.port}`, '--region', s3Region, '--quiet'],
      ...['posix', '--versioning-dir', versions, objects],
    ],
    // In the environment, not in the arguments: those anybody on the machine can read.
    environment: {
      ...context.environment,
      ROOT_ACCESS_KEY: settings.accessKeyId,
      ROOT_SECRET_KEY: settings.secretAccessKey,
    },
    folder: layout.folder,
    logFile: context.logFile,
    stopSignal: 'SIGTERM',
  })
  context.started(server)
  const client = new S3Client({
    endpoint: `http://127.0.0.1:${settings.port}`,
    region: s3Region,
    forcePathStyle: true,
    maxAttempts: 1,
    credentials: { accessKeyId: settings.accessKeyId, secretAccessKey: settings.secretAccessKey },
  })
  try {
    await untilReady({
      name: 'versitygw',
      server,
      signal,
      timeoutSeconds: 30,
      probe: () => hasBucket(client),
    })
  } finally {
    client.destroy()
  }
  return server
}

/** Makes the bucket at the first start. Object Lock can only be had when the bucket is made. */
async function hasBucket(client: S3Client): Promise<boolean> {
  try {
    await client.send(new CreateBucketCommand({ Bucket: s3Bucket, ObjectLockEnabledForBucket: true }))
  } catch (error) {
    if (!(error instanceof BucketAlreadyOwnedByYou)) throw error
  }
  await client.send(
    new PutBucketVersioningCommand({ Bucket: s3Bucket, VersioningConfiguration: { Status: 'Enabled' } }),
  )
  await client.send(new HeadBucketCommand({ Bucket: s3Bucket }))
  return true
}
