import {
  DeleteObjectsCommand,
  ListObjectVersionsCommand,
  paginateListObjectsV2,
  S3Client,
} from '@aws-sdk/client-s3'
import type { Stack } from '../../stack/stack.ts'

export function benchClient(stack: Stack): S3Client {
  const { endpoint, region, accessKeyId, secretAccessKey } = stack.s3
  return new S3Client({
    endpoint,
    region,
    forcePathStyle: true,
    credentials: { accessKeyId, secretAccessKey },
  })
}

/** Bytes of the current objects under a prefix. */
export async function storedBytes(client: S3Client, bucket: string, prefix: string): Promise<number> {
  let bytes = 0
  for await (const page of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix })) {
    for (const { Size = 0 } of page.Contents ?? []) bytes += Size
  }
  return bytes
}

/** Every version under a prefix, for good: rounds would otherwise fill the disk. */
export async function emptyPrefix(client: S3Client, bucket: string, prefix: string): Promise<void> {
  for (;;) {
    const page = await client.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: prefix }))
    const versions = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])]
    if (versions.length === 0) return
    const answer = await client.send(
      new DeleteObjectsCommand({
        Bucket: bucket,
        Delete: {
          Quiet: true,
          Objects: versions.map(({ Key, VersionId }) => ({ Key: Key!, VersionId: VersionId! })),
        },
      }),
    )
    const [failed] = answer.Errors ?? []
    if (failed !== undefined) throw new Error(`${failed.Key} could not be deleted: ${failed.Message}`)
  }
}
