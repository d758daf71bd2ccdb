import { spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { CreateBucketCommand, PutBucketVersioningCommand, S3Client } from '@aws-sdk/client-s3'
import { inject } from 'vitest'
import { findTool } from '../../stack/find-tool.ts'
import { choosePort } from '../../stack/free-port.ts'
import type {} from './global-setup.ts'

export interface SmallS3 {
  endpoint: string
  bucket: string
  stop(): Promise<void>
}

/**
 * An S3 server of the tests' credentials whose disk holds so much and no more: a file system in memory, which only the
 * server sees. `folder` is made. Throws how to supply what it needs.
 */
export async function startSmallS3(folder: string, diskMegabytes: number): Promise<SmallS3> {
  const program = findTool('versitygw', process.env)
  if (program === undefined) throw new Error('versitygw is gone, though the tests’ stack has found it')
  const disk = join(folder, 'disk')
  mkdirSync(disk, { recursive: true })
  const port = await choosePort(undefined)
  const logFile = join(folder, 'versitygw.log')
  const log = openSync(logFile, 'a')
  const { accessKeyId, secretAccessKey, region } = inject('stack').s3
  const commands = [
    `mount -t tmpfs -o size=${diskMegabytes}m tmpfs "$1"`,
    'mkdir "$1/objects" "$1/versions"',
    'exec "$2" --port "127.0.0.1:$3" --region "$4" --quiet posix --versioning-dir "$1/versions" "$1/objects"',
  ]
  const server = spawn(
    'unshare',
    [
      '--map-root-user',
      '--mount',
      'sh',
      '-e',
      '-c',
      commands.join('\n'),
      'sh',
      disk,
      program,
      String(port),
      region,
    ],
    {
      stdio: ['ignore', log, log],
      env: { PATH: process.env.PATH, ROOT_ACCESS_KEY: accessKeyId, ROOT_SECRET_KEY: secretAccessKey },
    },
  )
  closeSync(log)
  const ended = new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.once('exit', () => resolve())
  })
  ended.catch(() => {})
  const endpoint = `http://127.0.0.1:${port}`
  const bucket = 'small'
  const client = new S3Client({
    endpoint,
    region,
    forcePathStyle: true,
    maxAttempts: 1,
    credentials: { accessKeyId, secretAccessKey },
  })
  try {
    for (const deadline = Date.now() + 20_000; ; await sleep(100)) {
      try {
        await client.send(new CreateBucketCommand({ Bucket: bucket, ObjectLockEnabledForBucket: true }))
        break
      } catch (cause) {
        if (server.exitCode === null && Date.now() < deadline) continue
        throw new Error(
          `No S3 server with a small disk could be started. It needs unshare (Debian: util-linux) and a kernel that lets ` +
            `this user mount in a namespace of its own (sysctl kernel.unprivileged_userns_clone=1), or root.\n` +
            readFileSync(logFile, 'utf8'),
          { cause },
        )
      }
    }
    await client.send(
      new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } }),
    )
  } finally {
    client.destroy()
  }
  return {
    endpoint,
    bucket,
    async stop() {
      server.kill('SIGTERM')
      await ended
    },
  }
}
