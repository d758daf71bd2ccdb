import { S3Client } from '@aws-sdk/client-s3'
import pg from 'pg'
import type { Stack } from '../../stack/stack.ts'

/** The rows of one statement in the stack's `postgres` database. */
export async function query(stack: Stack, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: stack.postgresql.url('postgres') })
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

/** Runs something with a client of the stack's S3 server. */
export async function withS3<T>({ s3 }: Stack, use: (client: S3Client) => Promise<T>): Promise<T> {
  const { endpoint, region, accessKeyId, secretAccessKey } = s3
  const client = new S3Client({
    endpoint,
    region,
    forcePathStyle: true,
    credentials: { accessKeyId, secretAccessKey },
  })
  try {
    return await use(client)
  } finally {
    client.destroy()
  }
}
