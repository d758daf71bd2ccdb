import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  type PutObjectCommandInput,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'

/** What says where a body goes and what it is. */
export type UploadTarget = Pick<PutObjectCommandInput, 'Bucket' | 'Key' | 'IfNoneMatch' | 'ContentType'>

/**
 * A multipart upload fed part by part. Each part carries its CRC-32, which the server checks, and checks again over all of
 * them at the end. The SDK's own uploader gathers each part anew in fresh memory, and takes several at once.
 */
export class MultipartUpload {
  readonly #client: S3Client
  readonly #target: UploadTarget
  readonly #signal: AbortSignal | undefined
  readonly #id: string
  readonly #parts: CompletedPart[] = []

  private constructor(client: S3Client, target: UploadTarget, id: string, signal: AbortSignal | undefined) {
    this.#client = client
    this.#target = target
    this.#id = id
    this.#signal = signal
  }

  static async begin(
    client: S3Client,
    target: UploadTarget,
    signal: AbortSignal | undefined,
  ): Promise<MultipartUpload> {
    const { Bucket, Key, ContentType } = target
    const command = new CreateMultipartUploadCommand({
      ...{ Bucket, Key, ChecksumAlgorithm: 'CRC32' },
      ...(ContentType === undefined ? {} : { ContentType }),
    })
    const { UploadId } = await client.send(command, { ...(signal && { abortSignal: signal }) })
    if (UploadId === undefined) throw new Error('the server began an upload without naming it')
    return new MultipartUpload(client, target, UploadId, signal)
  }

  /** In order. The bytes may be overwritten once this resolves. */
  async part(body: Uint8Array): Promise<void> {
    const PartNumber = this.#parts.length + 1
    const place: CompletedPart = { PartNumber }
    this.#parts.push(place)
    const { ETag, ChecksumCRC32 } = await this.#client.send(
      new UploadPartCommand({ ...this.#where, PartNumber, Body: body, ChecksumAlgorithm: 'CRC32' }),
      this.#abortable,
    )
    Object.assign(place, { ETag, ChecksumCRC32 })
  }

  async complete(): Promise<{ VersionId?: string | undefined }> {
    const { IfNoneMatch } = this.#target
    const command = new CompleteMultipartUploadCommand({
      ...this.#where,
      MultipartUpload: { Parts: this.#parts },
      ...(IfNoneMatch === undefined ? {} : { IfNoneMatch }),
    })
    return this.#client.send(command, this.#abortable)
  }

  /** Has the server forget the parts. Not stopped by the signal: it is what a stop calls for. */
  async abandon(): Promise<void> {
    await this.#client.send(new AbortMultipartUploadCommand(this.#where))
  }

  get #where() {
    const { Bucket, Key } = this.#target
    return { Bucket, Key, UploadId: this.#id }
  }

  get #abortable() {
    return this.#signal === undefined ? {} : { abortSignal: this.#signal }
  }
}
