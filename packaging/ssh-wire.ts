/** The encodings of RFC 4251, section 5: a `string` is a 32-bit big-endian length, then the bytes. */
export function sshString(value: string | Uint8Array): Buffer {
  const bytes = typeof value === 'string' ? Buffer.from(value) : value
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  return Buffer.concat([length, bytes])
}

export function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

/** Reads in order; throws `RangeError` when the bytes end early. */
export class SshReader {
  readonly #bytes: Buffer
  #offset = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  raw(length: number): Buffer {
    const end = this.#offset + length
    if (end > this.#bytes.length) throw new RangeError('cut short')
    const value = this.#bytes.subarray(this.#offset, end)
    this.#offset = end
    return value
  }

  uint32(): number {
    return this.raw(4).readUInt32BE()
  }

  string(): Buffer {
    return this.raw(this.uint32())
  }

  text(): string {
    return this.string().toString('utf8')
  }

  rest(): Buffer {
    return this.raw(this.#bytes.length - this.#offset)
  }
}
