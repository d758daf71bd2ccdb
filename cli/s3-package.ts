import { ReversibilityError } from '../contract/errors.ts'
import type { PackageSource } from '../packaging/package-source.ts'
import type { ObjectStore } from '../store/object-store.ts'
import { S3Store } from '../store/s3-store.ts'
import { s3SettingsFromEnvironment } from '../store/settings.ts'

export interface S3Location {
  bucket: string
  /** Ends in `/`, or is empty. */
  prefix: string
}

/** Takes `s3://bucket/prefix` apart. Throws `invalid-input`. */
export function parseS3Url(url: string): S3Location {
  const match = /^s3:\/\/([a-z0-9][a-z0-9.-]+)(?:\/(.*))?$/.exec(url)
  if (!match) {
    throw new ReversibilityError('invalid-input', `${url} is not the address of a folder on an S3 server.`, {
      remedy: 'Write it as s3://bucket/folder/',
    })
  }
  const prefix = match[2] ?? ''
  return { bucket: match[1]!, prefix: prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/` }
}

export function storeAt(location: S3Location): ObjectStore {
  return new S3Store(s3SettingsFromEnvironment(location.bucket, process.env))
}

/** A package in a bucket, read as the verifier reads any other. */
export async function openS3Package(url: string): Promise<PackageSource> {
  const location = parseS3Url(url)
  const store = storeAt(location)
  return {
    async *list() {
      for await (const { key, bytes } of store.list(location.prefix)) {
        yield { path: key.slice(location.prefix.length), bytes }
      }
    },
    open: (path) => store.get(`${location.prefix}${path}`),
  }
}
