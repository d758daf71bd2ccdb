import { ReversibilityError } from '../../contract/errors.ts'

const copyData = 0x64
const headerBytes = 5

/**
 * Takes apart what a server sends while `COPY … TO STDOUT` runs (PostgreSQL documentation, "Message Formats": a byte of
 * kind, a length of four bytes that counts itself, the rest). The rows of `CopyData` come out without their headers; every
 * other message is handed on whole. No byte of a row is looked at.
 */
export class CopySplitter {
  readonly #handOn: (message: Buffer) => void
  readonly #header = Buffer.alloc(headerBytes)
  #headerUsed = 0
  /** Bytes still to come of the message begun. */
  #left = 0
  /** The message begun, when it is not of rows. */
  #other: Buffer | undefined

  constructor(handOn: (message: Buffer) => void) {
    this.#handOn = handOn
  }

  /** Moves the bytes of rows to the start of the chunk, which must be the caller's to change; answers how many they are. */
  split(chunk: Buffer): number {
    let used = 0
    for (let at = 0; at < chunk.length; ) {
      if (this.#left > 0) {
        const taken = Math.min(this.#left, chunk.length - at)
        if (this.#other === undefined) {
          if (used !== at) chunk.copyWithin(used, at, at + taken)
          used += taken
        } else {
          chunk.copy(this.#other, this.#other.length - this.#left, at, at + taken)
        }
        at += taken
        this.#left -= taken
      } else if (this.#headerUsed === 0 && chunk[at] === copyData && chunk.length - at >= headerBytes) {
        // Nearly every message: worth not going through `#header`.
        this.#left = lengthAt(chunk, at + 1)
        at += headerBytes
        continue
      } else {
        this.#header[this.#headerUsed++] = chunk[at++]!
        if (this.#headerUsed === headerBytes) this.#begin()
      }
      if (this.#left === 0 && this.#other !== undefined) {
        const message = this.#other
        this.#other = undefined
        this.#handOn(message)
      }
    }
    return used
  }

  #begin(): void {
    this.#headerUsed = 0
    this.#left = lengthAt(this.#header, 1)
    if (this.#header[0] === copyData) return
    this.#other = Buffer.allocUnsafe(headerBytes + this.#left)
    this.#header.copy(this.#other)
  }
}

function lengthAt(bytes: Buffer, at: number): number {
  const length = bytes.readInt32BE(at) - 4
  if (length >= 0) return length
  throw new ReversibilityError('unavailable', 'The server sent what is not a message of its protocol.', {
    remedy: 'Look for what stands between this machine and the server; it is tried again by itself.',
  })
}
