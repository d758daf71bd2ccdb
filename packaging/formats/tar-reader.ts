import { ReversibilityError } from '../../contract/errors.ts'

/**
 * One entry of a tar archive. Names are bytes: tar-stream decodes PAX records as UTF-8, which loses the names that are
 * not, so reading is done here.
 */
export interface TarEntry {
  type: 'file' | 'link' | 'symlink' | 'directory' | 'other'
  path: Buffer
  /** Target of a link; empty otherwise. */
  target: Buffer
  mode: number
  mtime: { seconds: number; nanoseconds: number }
  size: number
  /** PAX records of this entry, as they stand in the archive. */
  pax: ReadonlyMap<string, Buffer>
  /** The content of a file. What is left unread is skipped when the next entry is asked for. */
  content: AsyncIterable<Uint8Array>
}

const blockBytes = 512
const maxExtensionBytes = 4 * 1024 * 1024
const types: Record<string, TarEntry['type']> = {
  '\0': 'file',
  '0': 'file',
  '7': 'file',
  '1': 'link',
  '2': 'symlink',
  '5': 'directory',
}

/** Reads POSIX ustar, PAX and GNU long names (pax(1), "ustar Interchange Format"). Throws `integrity-mismatch`. */
export async function* readTar(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<TarEntry> {
  const source = new ByteSource(bytes)
  const globalPax = new Map<string, Buffer>()
  let pax = new Map<string, Buffer>()
  let longPath: Buffer | undefined
  let longTarget: Buffer | undefined
  try {
    for (;;) {
      const header = await source.take(blockBytes)
      if (isZero(header)) {
        await expectEnd(source)
        return
      }
      checkSum(header)
      const flag = String.fromCharCode(header[156]!)
      const size = number(pax.get('size')) ?? octal(header, 124, 12)
      if (flag === 'x' || flag === 'g' || flag === 'L' || flag === 'K') {
        if (size > maxExtensionBytes) throw malformed('a name takes more than 4 MiB')
        const extension = await source.take(size)
        await source.skip(padding(size))
        if (flag === 'x') pax = new Map([...globalPax, ...readPax(extension)])
        else if (flag === 'g') for (const [key, value] of readPax(extension)) globalPax.set(key, value)
        else if (flag === 'L') longPath = upToNul(extension)
        else longTarget = upToNul(extension)
        continue
      }
      if (pax.size === 0) pax = new Map(globalPax)
      const path = pax.get('path') ?? longPath ?? headerPath(header)
      const target = pax.get('linkpath') ?? longTarget ?? upToNul(header.subarray(157, 257))
      const plainType = types[flag] ?? 'other'
      const hasContent = plainType === 'file' || plainType === 'other'
      const type = plainType === 'file' && path.at(-1) === 0x2f ? 'directory' : plainType
      const contentBytes = hasContent ? size : 0
      const rest = { bytes: contentBytes }
      yield {
        type,
        path,
        target,
        mode: octal(header, 100, 8) & 0o7777,
        mtime: paxTime(pax.get('mtime')) ?? { seconds: octal(header, 136, 12), nanoseconds: 0 },
        size: contentBytes,
        pax,
        content: source.drain(rest),
      }
      await source.skip(rest.bytes)
      await source.skip(padding(contentBytes))
      pax = new Map()
      longPath = undefined
      longTarget = undefined
    }
  } finally {
    await source.close()
  }
}

/** Chunks taken apart by length. */
class ByteSource {
  readonly #iterator: AsyncIterator<Uint8Array>
  #chunk: Buffer = Buffer.alloc(0)
  #ended = false

  constructor(bytes: AsyncIterable<Uint8Array>) {
    this.#iterator = bytes[Symbol.asyncIterator]()
  }

  /** What is at hand, at least one byte; undefined at the end. */
  async #fill(): Promise<Buffer | undefined> {
    while (this.#chunk.length === 0) {
      if (this.#ended) return undefined
      const next = await this.#iterator.next()
      if (next.done) {
        this.#ended = true
        return undefined
      }
      this.#chunk = Buffer.from(next.value.buffer, next.value.byteOffset, next.value.byteLength)
    }
    return this.#chunk
  }

  async #upTo(maxBytes: number): Promise<Buffer> {
    const chunk = await this.#fill()
    if (chunk === undefined) throw malformed('it is cut short')
    const taken = chunk.subarray(0, maxBytes)
    this.#chunk = chunk.subarray(taken.length)
    return taken
  }

  async take(bytes: number): Promise<Buffer> {
    if (this.#chunk.length >= bytes) {
      const taken = this.#chunk.subarray(0, bytes)
      this.#chunk = this.#chunk.subarray(bytes)
      return taken
    }
    const parts: Buffer[] = []
    for (let missing = bytes; missing > 0; ) {
      const part = await this.#upTo(missing)
      parts.push(part)
      missing -= part.length
    }
    return Buffer.concat(parts)
  }

  async skip(bytes: number): Promise<void> {
    for (let missing = bytes; missing > 0; ) missing -= (await this.#upTo(missing)).length
  }

  /** Gives what `rest` says is left, and counts it down, so that another can skip what is not read. */
  async *drain(rest: { bytes: number }): AsyncGenerator<Buffer> {
    while (rest.bytes > 0) {
      const part = await this.#upTo(rest.bytes)
      rest.bytes -= part.length
      yield part
    }
  }

  async isEnded(): Promise<boolean> {
    return (await this.#fill()) === undefined
  }

  async close(): Promise<void> {
    if (!this.#ended) await this.#iterator.return?.()
  }
}

async function expectEnd(source: ByteSource): Promise<void> {
  // Archives end with at least two zero blocks, and are commonly padded with more.
  let blocks = 1
  while (!(await source.isEnded())) {
    if (!isZero(await source.take(blockBytes))) throw malformed('something follows its end')
    blocks++
  }
  if (blocks < 2) throw malformed('it is cut short')
}

function readPax(bytes: Buffer): Map<string, Buffer> {
  const records = new Map<string, Buffer>()
  let offset = 0
  while (offset < bytes.length) {
    const space = bytes.indexOf(0x20, offset)
    const length = space < 0 ? Number.NaN : Number(bytes.toString('latin1', offset, space))
    const end = offset + length
    const equals = bytes.indexOf(0x3d, space)
    if (
      !Number.isInteger(length) ||
      end > bytes.length ||
      equals < 0 ||
      equals >= end ||
      bytes[end - 1] !== 0x0a
    ) {
      throw malformed('an extended header is malformed')
    }
    records.set(bytes.toString('utf8', space + 1, equals), bytes.subarray(equals + 1, end - 1))
    offset = end
  }
  return records
}

function headerPath(header: Buffer): Buffer {
  const name = upToNul(header.subarray(0, 100))
  const prefix =
    header.toString('latin1', 257, 263) === 'ustar\0' ? upToNul(header.subarray(345, 500)) : undefined
  return prefix && prefix.length > 0 ? Buffer.concat([prefix, Buffer.from('/'), name]) : name
}

function checkSum(header: Buffer): void {
  let sum = 8 * 0x20
  for (let index = 0; index < blockBytes; index++) {
    if (index < 148 || index >= 156) sum += header[index]!
  }
  if (sum !== octal(header, 148, 8)) throw malformed('the checksum of a header is wrong')
}

/** Octal digits, or GNU's base 256 when the first bit is set. */
function octal(header: Buffer, offset: number, length: number): number {
  const field = header.subarray(offset, offset + length)
  if (field[0]! & 0x80) {
    let value = field[0]! & 0x40 ? -1 : 0
    value = value * 64 + (field[0]! & 0x3f)
    for (const byte of field.subarray(1)) value = value * 256 + byte
    if (!Number.isSafeInteger(value)) throw malformed('a number is too large')
    return value
  }
  const text = upToNul(field).toString('latin1').trim()
  if (!/^[0-7]*$/.test(text)) throw malformed('a number is not octal')
  return text === '' ? 0 : Number.parseInt(text, 8)
}

function number(value: Buffer | undefined): number | undefined {
  if (value === undefined) return undefined
  const parsed = Number(value.toString('latin1'))
  if (!Number.isSafeInteger(parsed) || parsed < 0) throw malformed('a size is not a number')
  return parsed
}

/** Decimal seconds with any number of digits: `1700000000.123456789`, `-0.5`. */
function paxTime(value: Buffer | undefined): { seconds: number; nanoseconds: number } | undefined {
  if (value === undefined) return undefined
  const match = /^(-?)(\d+)(?:\.(\d*))?$/.exec(value.toString('latin1'))
  if (match === null) throw malformed('a time is not a number')
  const whole = Number(match[2])
  const nanoseconds = Number((match[3] ?? '').slice(0, 9).padEnd(9, '0'))
  if (match[1] === '') return { seconds: whole, nanoseconds }
  // Before 1970: the fraction counts forward from the second below.
  return nanoseconds === 0
    ? { seconds: -whole, nanoseconds: 0 }
    : { seconds: -whole - 1, nanoseconds: 1_000_000_000 - nanoseconds }
}

function upToNul(field: Buffer): Buffer {
  const end = field.indexOf(0)
  return end < 0 ? field : field.subarray(0, end)
}

function isZero(block: Buffer): boolean {
  return block.every((byte) => byte === 0)
}

function padding(size: number): number {
  return (blockBytes - (size % blockBytes)) % blockBytes
}

function malformed(why: string): ReversibilityError {
  return new ReversibilityError('integrity-mismatch', `A tar volume cannot be read: ${why}.`, {
    remedy: 'Extract the part again; if it fails again, report the dataset.',
  })
}
