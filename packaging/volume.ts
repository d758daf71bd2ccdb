import {
  constants,
  createZstdCompress,
  createZstdDecompress,
  type ZstdCompress,
  type ZstdDecompress,
} from 'node:zlib'
import type { Part } from '../contract/dataset.ts'
import { decryptAge, encryptAge } from './age-file.ts'
import { inBlocks } from './blocks.ts'
import { metered, newMeter } from './meter.ts'
import { damagedZstd, wholeFrames } from './zstd-frames.ts'

const blockBytes = 512 * 1024
type Zstd = ZstdCompress | ZstdDecompress

export interface EncodedVolume {
  /** Read once. */
  bytes: AsyncIterable<Uint8Array>
  /** Valid once `bytes` has ended; throws before. */
  result(): VolumeResult
}

export interface VolumeResult {
  plainBytes: number
  plainSha256: string
  deliveredBytes: number
  deliveredSha256: string
}

/**
 * Plain bytes to delivered bytes: zstd level 1 when `compress`, then age when there are recipients. The same plain
 * bytes give the same compressed bytes, however they were cut; encryption gives new bytes each time.
 */
export function encodeVolume(
  plain: AsyncIterable<Uint8Array>,
  options: { compress: boolean; recipients: readonly string[] },
): EncodedVolume {
  const { compress, recipients } = options
  const plainMeter = newMeter()
  const deliveredMeter = newMeter()
  let result: VolumeResult | undefined
  async function* encode(): AsyncGenerator<Uint8Array> {
    let stream: AsyncIterable<Uint8Array> = metered(
      inBlocks(plain, blockBytes, { reuse: compress }),
      plainMeter,
    )
    if (compress) stream = compressZstd(stream)
    if (recipients.length > 0) stream = encryptAge(stream, recipients)
    const changed = compress || recipients.length > 0
    for await (const chunk of stream) {
      if (changed) deliveredMeter.update(chunk)
      yield chunk
    }
    const plainSha256 = plainMeter.sha256()
    result = {
      plainBytes: plainMeter.bytes,
      plainSha256,
      deliveredBytes: changed ? deliveredMeter.bytes : plainMeter.bytes,
      deliveredSha256: changed ? deliveredMeter.sha256() : plainSha256,
    }
  }
  return {
    bytes: encode(),
    result() {
      if (result === undefined) throw new Error('the volume has not been read to its end')
      return result
    },
  }
}

/** Path in the bag: `data/<part.path>[.zst][.age]`. */
export function deliveredPath(
  part: Pick<Part, 'path' | 'compress'>,
  options: { recipients: readonly string[] },
): string {
  return `data/${part.path}${part.compress ? '.zst' : ''}${options.recipients.length > 0 ? '.age' : ''}`
}

/** The path under `data/` of the plain bytes: without `data/`, `.age` and `.zst`. */
export function plainPath(path: string): string {
  return path
    .replace(/^data\//, '')
    .replace(/\.age$/, '')
    .replace(/\.zst$/, '')
}

/**
 * Delivered bytes to plain bytes, by what the path's suffixes say. Throws `integrity-mismatch` for damaged bytes,
 * `access-denied` when no identity fits.
 */
export function decodeVolume(
  bytes: AsyncIterable<Uint8Array>,
  path: string,
  options: { identities: readonly string[] },
): AsyncIterable<Uint8Array> {
  let stream = bytes
  let name = path
  if (name.endsWith('.age')) {
    stream = decryptAge(stream, options.identities)
    name = name.slice(0, -'.age'.length)
  }
  if (name.endsWith('.zst')) stream = decompressZstd(stream)
  return stream
}

/** zstd level 1, with its checksum. A block is left alone once the one after the next is asked for. */
export function compressZstd(blocks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const zstd = createZstdCompress({
    ...zlibSizes,
    params: { [constants.ZSTD_c_compressionLevel]: 1, [constants.ZSTD_c_checksumFlag]: 1 },
  })
  return through(blocks, zstd, (cause) => cause)
}

/** Whole frames and nothing else. Throws `integrity-mismatch` for anything less or more. */
export function decompressZstd(bytes: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const zstd = createZstdDecompress(zlibSizes)
  return through(wholeFrames(inBlocks(bytes, blockBytes, { reuse: true })), zstd, (cause) => {
    const code = (cause as NodeJS.ErrnoException).code ?? ''
    if (!code.startsWith('ZSTD_') && code !== 'Z_BUF_ERROR') return cause
    return damagedZstd((cause as Error).message, cause)
  })
}

const zlibSizes = {
  chunkSize: blockBytes,
  writableHighWaterMark: blockBytes,
  readableHighWaterMark: blockBytes,
}

async function* through(
  blocks: AsyncIterable<Uint8Array>,
  transform: Zstd,
  explain: (cause: unknown) => unknown,
): AsyncGenerator<Uint8Array> {
  const fed = feed(blocks, transform)
  fed.catch((cause) => transform.destroy(cause))
  try {
    for await (const chunk of transform) yield chunk
  } catch (cause) {
    throw explain(cause)
  } finally {
    transform.destroy()
  }
  await fed
}

/** One block is worked on in the thread pool while the next is gathered and hashed here. */
async function feed(blocks: AsyncIterable<Uint8Array>, transform: Zstd): Promise<void> {
  let written: Promise<void> = Promise.resolve()
  for await (const block of blocks) {
    await written
    written = new Promise((resolve, reject) => {
      transform.write(block, (error) => (error ? reject(error) : resolve()))
    })
    // Awaited before the next block, or below; until then a failure must not count as unhandled.
    written.catch(() => {})
  }
  await written
  transform.end()
}
