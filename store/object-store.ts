/** Object storage as this product needs it: versioned, written once, read back. Keys are full keys in one bucket. */
export interface ObjectStore {
  /** Stores the bytes as they come, of any length. With `ifAbsent`, an existing key is left alone and reported. */
  put(key: string, body: Uint8Array | AsyncIterable<Uint8Array>, options?: PutOptions): Promise<PutResult>

  /** Throws `not-found`. Without `versionId`, the current version. */
  get(key: string, options?: { versionId?: string | null; signal?: AbortSignal }): AsyncIterable<Uint8Array>

  /** Undefined when there is no such key (or its current version is a delete marker). */
  head(key: string): Promise<StoredObject | undefined>

  /** Current objects under a prefix, in key order. */
  list(prefix: string): AsyncIterable<StoredObject>

  /** Every version and delete marker under a prefix. */
  listVersions(prefix: string): AsyncIterable<StoredVersion>

  /** Removes one version for good. Already gone is fine. */
  deleteVersion(key: string, versionId: string): Promise<void>

  /** Ends the uploads under a prefix that were begun and never finished, and removes what they hold. Says how many. */
  abandonUploads(prefix: string): Promise<number>

  /** Forbids deleting a version before an instant (S3 Object Lock, compliance mode). */
  retain(key: string, versionId: string, until: Date): Promise<void>

  /** A link that lets its holder read one object until it expires. */
  presign(key: string, options: { versionId?: string; expiresSeconds: number }): Promise<string>
}

export interface PutOptions {
  ifAbsent?: boolean
  contentType?: string
  /** What is about to be sent, when known: sizes the parts of a multipart upload. */
  expectedBytes?: number
  signal?: AbortSignal
}

export type PutResult = { created: true; object: StoredObject } | { created: false }

export interface StoredObject {
  key: string
  bytes: number
  /** Null in a bucket without versioning. */
  versionId: string | null
  modifiedAt: string
}

export interface StoredVersion extends StoredObject {
  versionId: string
  isLatest: boolean
  isDeleteMarker: boolean
}
