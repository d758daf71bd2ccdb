import type { Readable } from 'node:stream'
import {
  type _Object,
  AbortMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  PutObjectRetentionCommand,
  paginateListObjectsV2,
  S3Client,
} from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { MultipartUpload, type UploadTarget } from './multipart-upload.ts'
import type { ObjectStore, PutOptions, PutResult, StoredObject, StoredVersion } from './object-store.ts'
import { storeError } from './store-error.ts'

/** Bytes of one part of a multipart upload: large enough to be few, small enough to hold several. */
const uploadPartBytes = 8 * 1024 * 1024
/** S3 refuses more parts than this in one upload. */
const maxUploadParts = 10_000

export interface S3Settings {
  bucket: string
  region: string
  /** For a server other than Amazon's: `http://127.0.0.1:7070`. Credentials come from the SDK's own chain. */
  endpoint?: string
}

/** Object storage on any S3 server with versioning. Credentials come from the AWS SDK's standard chain, never from settings. */
export class S3Store implements ObjectStore {
  readonly bucket: string
  readonly #client: S3Client

  constructor(settings: S3Settings) {
    this.bucket = settings.bucket
    this.#client = new S3Client({
      region: settings.region,
      ...(settings.endpoint ? { endpoint: settings.endpoint, forcePathStyle: true } : {}),
    })
  }

  async put(
    key: string,
    body: Uint8Array | AsyncIterable<Uint8Array>,
    options: PutOptions = {},
  ): Promise<PutResult> {
    try {
      const stored =
        body instanceof Uint8Array
          ? await this.#putBytes(key, body, options)
          : await this.#putStream(key, body, options)
      return { created: true, object: stored }
    } catch (error) {
      const failure = storeError(error, { bucket: this.bucket, key, doing: 'store' })
      if (options.ifAbsent && failure === 'exists') return { created: false }
      throw failure
    }
  }

  async #putBytes(key: string, body: Uint8Array, options: PutOptions): Promise<StoredObject> {
    const answer = await this.#client.send(
      new PutObjectCommand({ ...this.#target(key, options), Body: body }),
      abortable(options.signal),
    )
    return stored(key, body.byteLength, answer.VersionId)
  }

  /** Gathers parts in two buffers used over and over: one is on its way while the other is filled. */
  async #putStream(key: string, body: AsyncIterable<Uint8Array>, options: PutOptions): Promise<StoredObject> {
    const { signal } = options
    const partBytes = Math.max(
      uploadPartBytes,
      Math.ceil((options.expectedBytes ?? 0) / (maxUploadParts / 2)),
    )
    const target = this.#target(key, options)
    let upload: MultipartUpload | undefined
    let sending: Promise<void> = Promise.resolve()
    let part: Buffer = Buffer.allocUnsafeSlow(partBytes)
    let other: Buffer | undefined
    let used = 0
    let bytes = 0
    try {
      signal?.throwIfAborted()
      for await (const chunk of body) {
        bytes += chunk.byteLength
        for (let at = 0; at < chunk.byteLength; ) {
          if (used === partBytes) {
            upload ??= await MultipartUpload.begin(this.#client, target, signal)
            await sending
            sending = upload.part(part)
            // Awaited before the next part or below; until then a failure must not count as unhandled.
            sending.catch(() => {})
            const free = other ?? Buffer.allocUnsafeSlow(partBytes)
            other = part
            part = free
            used = 0
          }
          const taken = Math.min(partBytes - used, chunk.byteLength - at)
          part.set(chunk.subarray(at, at + taken), used)
          used += taken
          at += taken
        }
      }
      const last = part.subarray(0, used)
      if (upload === undefined) return await this.#putBytes(key, last, options)
      await sending
      await upload.part(last)
      const answer = await upload.complete()
      return stored(key, bytes, answer.VersionId)
    } catch (error) {
      await sending.catch(() => {})
      // What failed says more than that the parts could not be taken away; a bucket's lifecycle rules remove those.
      await upload?.abandon().catch(() => {})
      throw error
    }
  }

  #target(key: string, options: PutOptions): UploadTarget {
    return {
      Bucket: this.bucket,
      Key: key,
      ...(options.ifAbsent ? { IfNoneMatch: '*' } : {}),
      ...(options.contentType ? { ContentType: options.contentType } : {}),
    }
  }

  async *get(
    key: string,
    options: { versionId?: string | null; signal?: AbortSignal } = {},
  ): AsyncIterable<Uint8Array> {
    try {
      const answer = await this.#client.send(
        new GetObjectCommand({
          Bucket: this.bucket,
          Key: key,
          ...(options.versionId ? { VersionId: options.versionId } : {}),
        }),
        abortable(options.signal),
      )
      const body = answer.Body as Readable
      let bytes = 0
      for await (const chunk of body) {
        bytes += chunk.byteLength
        yield chunk
      }
      if (answer.ContentLength !== undefined && bytes !== answer.ContentLength) {
        throw new Error(`the connection ended after ${bytes} of ${answer.ContentLength} bytes`)
      }
    } catch (error) {
      throw this.#failure(error, key, 'read')
    }
  }

  async head(key: string): Promise<StoredObject | undefined> {
    try {
      const answer = await this.#client.send(new HeadObjectCommand({ Bucket: this.bucket, Key: key }))
      return stored(key, answer.ContentLength ?? 0, answer.VersionId, answer.LastModified)
    } catch (error) {
      const failure = this.#failure(error, key, 'look up')
      if (failure.type === 'not-found') return undefined
      throw failure
    }
  }

  async *list(prefix: string): AsyncIterable<StoredObject> {
    try {
      const pages = paginateListObjectsV2({ client: this.#client }, { Bucket: this.bucket, Prefix: prefix })
      for await (const page of pages) {
        for (const object of page.Contents ?? []) yield listed(object)
      }
    } catch (error) {
      throw this.#failure(error, prefix, 'list')
    }
  }

  async *listVersions(prefix: string): AsyncIterable<StoredVersion> {
    let marker: { KeyMarker?: string; VersionIdMarker?: string } = {}
    for (;;) {
      const page = await this.#client
        .send(new ListObjectVersionsCommand({ Bucket: this.bucket, Prefix: prefix, ...marker }))
        .catch((error) => {
          throw this.#failure(error, prefix, 'list the versions of')
        })
      for (const version of page.Versions ?? []) {
        yield {
          ...stored(version.Key!, version.Size ?? 0, version.VersionId, version.LastModified),
          versionId: version.VersionId ?? 'null',
          isLatest: version.IsLatest ?? false,
          isDeleteMarker: false,
        }
      }
      for (const mark of page.DeleteMarkers ?? []) {
        yield {
          ...stored(mark.Key!, 0, mark.VersionId, mark.LastModified),
          versionId: mark.VersionId ?? 'null',
          isLatest: mark.IsLatest ?? false,
          isDeleteMarker: true,
        }
      }
      if (!page.IsTruncated || !page.NextKeyMarker) return
      marker = {
        KeyMarker: page.NextKeyMarker,
        ...(page.NextVersionIdMarker ? { VersionIdMarker: page.NextVersionIdMarker } : {}),
      }
    }
  }

  async deleteVersion(key: string, versionId: string): Promise<void> {
    try {
      await this.#client.send(
        new DeleteObjectCommand({ Bucket: this.bucket, Key: key, VersionId: versionId }),
      )
    } catch (error) {
      const failure = this.#failure(error, key, 'delete')
      if (failure.type !== 'not-found') throw failure
    }
  }

  async abandonUploads(prefix: string): Promise<number> {
    let abandoned = 0
    let marker: { KeyMarker?: string; UploadIdMarker?: string } = {}
    for (;;) {
      const page = await this.#client
        .send(new ListMultipartUploadsCommand({ Bucket: this.bucket, Prefix: prefix, ...marker }))
        .catch((error) => {
          throw this.#failure(error, prefix, 'list the uploads under')
        })
      for (const { Key, UploadId } of page.Uploads ?? []) {
        await this.#abandonUpload(Key!, UploadId!)
        abandoned += 1
      }
      if (!page.IsTruncated || !page.NextKeyMarker) return abandoned
      marker = {
        KeyMarker: page.NextKeyMarker,
        ...(page.NextUploadIdMarker ? { UploadIdMarker: page.NextUploadIdMarker } : {}),
      }
    }
  }

  async #abandonUpload(key: string, uploadId: string): Promise<void> {
    const Key = key
    const UploadId = uploadId
    try {
      await this.#client.send(new AbortMultipartUploadCommand({ Bucket: this.bucket, Key, UploadId }))
    } catch (error) {
      const failure = this.#failure(error, key, 'end the upload of')
      if (failure.type !== 'not-found') throw failure
    }
  }

  async retain(key: string, versionId: string, until: Date): Promise<void> {
    try {
      await this.#client.send(
        new PutObjectRetentionCommand({
          Bucket: this.bucket,
          Key: key,
          VersionId: versionId,
          Retention: { Mode: 'COMPLIANCE', RetainUntilDate: until },
        }),
      )
    } catch (error) {
      throw this.#failure(error, key, 'lock')
    }
  }

  async presign(key: string, options: { versionId?: string; expiresSeconds: number }): Promise<string> {
    const command = new GetObjectCommand({
      Bucket: this.bucket,
      Key: key,
      ...(options.versionId ? { VersionId: options.versionId } : {}),
    })
    return getSignedUrl(this.#client, command, { expiresIn: options.expiresSeconds })
  }

  close(): void {
    this.#client.destroy()
  }

  #failure(error: unknown, key: string, doing: string) {
    const failure = storeError(error, { bucket: this.bucket, key, doing })
    if (failure === 'exists') throw new Error(`unexpected precondition failure on ${key}`, { cause: error })
    return failure
  }
}

function abortable(signal: AbortSignal | undefined) {
  return signal ? { abortSignal: signal } : {}
}

function stored(key: string, bytes: number, versionId?: string, modifiedAt?: Date): StoredObject {
  return {
    key,
    bytes,
    versionId: versionId ?? null,
    modifiedAt: (modifiedAt ?? new Date()).toISOString(),
  }
}

function listed(object: _Object): StoredObject {
  return stored(object.Key!, object.Size ?? 0, undefined, object.LastModified)
}
