import { randomBytes } from 'node:crypto'
import { S3Client } from '@aws-sdk/client-s3'
import { inject } from 'vitest'
import type {} from './global-setup.ts'

export interface TestBucket {
  endpoint: string
  region: string
  bucket: string
  accessKeyId: string
  secretAccessKey: string
  /** Ends in `/`. No other test has it. */
  prefix: string
}

/** The tests' bucket (versioned, with Object Lock) and a fresh prefix in it. */
export function freshPrefix(label = 'test'): TestBucket {
  return { ...inject('stack').s3, prefix: `${label}-${randomBytes(8).toString('hex')}/` }
}

/** A client of the tests' S3 server. Destroy it after use. */
export function testS3Client(): S3Client {
  const { endpoint, region, accessKeyId, secretAccessKey } = inject('stack').s3
  return new S3Client({
    endpoint,
    region,
    forcePathStyle: true,
    credentials: { accessKeyId, secretAccessKey },
  })
}
