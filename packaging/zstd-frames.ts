import { ReversibilityError } from '../contract/errors.ts'

/**
 * Follows the outline of zstd frames (RFC 8878, section 3.1.1) as they pass, cuts the chunks where a frame ends, and
 * refuses what does not end with one. Node's own decoder needs both (seen with 24.20): it drops whatever follows a
 * frame in the same chunk, and takes some frames cut before their last block for whole ones. Node's encoder, for its
 * part, appends an empty frame when its last output filled its buffer.
 */
export async function* wholeFrames(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const outline = new FrameOutline()
  for await (const chunk of source) {
    let start = 0
    while (start < chunk.length) {
      const end = outline.pass(chunk, start)
      yield chunk.subarray(start, end)
      start = end
    }
  }
  if (!outline.isBetweenFrames) throw damagedZstd('it is cut short')
}

export function damagedZstd(why: string, cause?: unknown): ReversibilityError {
  return new ReversibilityError('integrity-mismatch', `A zstd file is damaged: ${why}.`, {
    remedy: 'Fetch the volume again; if it fails again, refuse the package.',
    ...(cause === undefined ? {} : { cause }),
  })
}

const magic = 0xfd2fb528

class FrameOutline {
  #frames = 0
  /** Bytes of the header being read, until there are as many as that header has. */
  #header: number[] = []
  #reading: 'frame' | 'block' | 'end' = 'frame'
  #skip = 0
  #hasChecksum = false

  get isBetweenFrames(): boolean {
    return this.#frames > 0 && this.#reading === 'frame' && this.#header.length === 0
  }

  /** Returns where the frame ends in the chunk, or the chunk's length. */
  pass(chunk: Uint8Array, start: number): number {
    let offset = start
    for (;;) {
      const passed = Math.min(this.#skip, chunk.length - offset)
      this.#skip -= passed
      offset += passed
      if (this.#reading === 'end' && this.#skip === 0) {
        this.#reading = 'frame'
        this.#frames++
        return offset
      }
      if (offset === chunk.length) return offset
      this.#header.push(chunk[offset++]!)
      if (this.#reading === 'frame' && this.#header.length === 5) this.#readFrame(Buffer.from(this.#header))
      else if (this.#reading === 'block' && this.#header.length === 3)
        this.#readBlock(Buffer.from(this.#header))
    }
  }

  #readFrame(header: Buffer): void {
    this.#header = []
    if (header.readUInt32LE(0) !== magic) {
      throw damagedZstd(this.#frames === 0 ? 'it does not start as a frame' : 'something follows its end')
    }
    const descriptor = header[4]!
    const isSingleSegment = (descriptor & 0x20) !== 0
    const contentSizeBytes = [isSingleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6]!
    const dictionaryBytes = [0, 1, 2, 4][descriptor & 3]!
    this.#hasChecksum = (descriptor & 4) !== 0
    this.#skip = (isSingleSegment ? 0 : 1) + dictionaryBytes + contentSizeBytes
    this.#reading = 'block'
  }

  #readBlock(header: Buffer): void {
    this.#header = []
    const block = header.readUIntLE(0, 3)
    const type = (block >> 1) & 3
    if (type === 3) throw damagedZstd('a block is of a reserved type')
    // A run-length block holds one byte, whatever its size says.
    this.#skip = type === 1 ? 1 : block >> 3
    if ((block & 1) === 0) return
    this.#reading = 'end'
    if (this.#hasChecksum) this.#skip += 4
  }
}
