import { createHash } from 'node:crypto'

/** Counts and hashes the bytes that pass. */
export interface Meter {
  bytes: number
  update(chunk: Uint8Array): void
  /** 64 lower-case hexadecimal digits. Once. */
  sha256(): string
}

export function newMeter(): Meter {
  const hash = createHash('sha256')
  return {
    bytes: 0,
    update(chunk) {
      this.bytes += chunk.length
      hash.update(chunk)
    },
    sha256: () => hash.digest('hex'),
  }
}

export async function* metered(source: AsyncIterable<Uint8Array>, meter: Meter): AsyncGenerator<Uint8Array> {
  for await (const chunk of source) {
    meter.update(chunk)
    yield chunk
  }
}
