import { createHash, type Hash } from 'node:crypto'
import { ReversibilityError } from '../../contract/errors.ts'
import type { Fingerprint } from '../../contract/fingerprint.ts'
import { RecordDigest } from './digest.ts'

const comma = 0x2c
const quote = 0x22
const newline = 0x0a
const backslash = 0x5c
const open = 0x28
const close = 0x29

const atFieldStart = 0
const inPlain = 1
const inQuoted = 2
const afterQuote = 3

/** 1 for the bytes that make PostgreSQL quote a field of a record, apart from quote and backslash. */
const forcesQuotes = new Uint8Array(256)
for (const byte of [open, close, comma, 0x20, 0x09, 0x0a, 0x0b, 0x0c, 0x0d]) forcesQuotes[byte] = 1
/** 1 for the bytes that end a run of bytes to copy as they are. */
const stopsPlain = new Uint8Array(256)
for (const byte of [comma, newline, quote, backslash, open, close, 0x20, 0x09, 0x0b, 0x0c, 0x0d]) {
  stopsPlain[byte] = 1
}

const initialBytes = 256 * 1024
/** A longer record is hashed in pieces as it comes instead of being gathered. */
const maxGatheredBytes = 1024 * 1024

/**
 * The fingerprint of CSV as PostgreSQL's `COPY … (FORMAT csv, HEADER)` writes it: RFC 4180 with `\n`, NULL as an
 * unquoted empty field, the empty string as `""`. Rebuilds each row's record output form (`record_out` in
 * PostgreSQL's rowtypes.c) byte by byte. Throws `integrity-mismatch` for a file cut short or rows of unequal width.
 */
export async function fingerprintCsv(plain: AsyncIterable<Uint8Array>): Promise<Fingerprint> {
  const scanner = new CsvScanner()
  for await (const chunk of plain) scanner.scan(chunk)
  return scanner.end()
}

class CsvScanner {
  readonly #digest = new RecordDigest()
  #state = atFieldStart
  /** The record being rebuilt: `(a,"b c",` so far. */
  #record = Buffer.allocUnsafeSlow(initialBytes)
  #used = 1
  /** Where the field being read starts in `#record`, its opening quote included. */
  #fieldStart = 1
  /** The field being read already has its opening quote. */
  #isQuoted = false
  /** Of a record too long to gather. */
  #hash: Hash | undefined
  #fields = 0
  #headerFields = -1

  constructor() {
    this.#record[0] = open
  }

  scan(chunk: Uint8Array): void {
    let state = this.#state
    let index = 0
    const length = chunk.length
    while (index < length) {
      // Each byte read adds at most two, and a field at most two quotes.
      this.#makeRoom()
      const room = (this.#record.length - this.#used) >> 2
      const end = Math.min(length, index + room)
      const record = this.#record
      let used = this.#used
      while (index < end) {
        const byte = chunk[index]!
        if (state === inPlain || state === atFieldStart) {
          if (stopsPlain[byte] === 0) {
            record[used++] = byte
            index++
            while (index < end && stopsPlain[chunk[index]!] === 0) record[used++] = chunk[index++]!
            state = inPlain
            continue
          }
          index++
          if (byte === comma || byte === newline) {
            used = this.#endField(used)
            if (byte === comma) record[used++] = comma
            else used = this.#endRecord(used)
            this.#fieldStart = used
            state = atFieldStart
            continue
          }
          if (byte === quote && state === atFieldStart) {
            record[used++] = quote
            this.#isQuoted = true
            state = inQuoted
            continue
          }
          if (byte === quote) throw malformed('a quote stands inside a field that has none around it')
          used = this.#startQuotes(used)
          if (byte === backslash) record[used++] = backslash
          record[used++] = byte
          state = inPlain
        } else if (state === inQuoted) {
          if (byte === quote) {
            index++
            state = afterQuote
            continue
          }
          if (byte === backslash) record[used++] = backslash
          record[used++] = byte
          index++
          while (index < end) {
            const next = chunk[index]!
            if (next === quote || next === backslash) break
            record[used++] = next
            index++
          }
        } else if (byte === quote) {
          record[used++] = quote
          record[used++] = quote
          index++
          state = inQuoted
        } else if (byte === comma || byte === newline) {
          // Handled as the end of a plain field; its quotes are known to be open.
          state = inPlain
        } else {
          throw malformed('something follows the closing quote of a field')
        }
      }
      this.#used = used
    }
    this.#state = state
  }

  end(): Fingerprint {
    if (this.#state !== atFieldStart || this.#used !== 1 || this.#hash !== undefined) {
      throw malformed('it does not end at the end of a line')
    }
    if (this.#headerFields < 0) throw malformed('it has no header line')
    return this.#digest.fingerprint()
  }

  /** Opens quotes around what the field has so far. */
  #startQuotes(used: number): number {
    if (this.#isQuoted) return used
    const start = this.#fieldStart
    this.#record.copyWithin(start + 1, start, used)
    this.#record[start] = quote
    this.#isQuoted = true
    return used + 1
  }

  #endField(used: number): number {
    this.#fields++
    if (!this.#isQuoted) return used
    this.#isQuoted = false
    if (!this.#needsQuotes(used)) {
      // Another writer than PostgreSQL may quote fields that the record form does not.
      this.#record.copyWithin(this.#fieldStart, this.#fieldStart + 1, used)
      return used - 1
    }
    this.#record[used] = quote
    return used + 1
  }

  #needsQuotes(used: number): boolean {
    // A field that was hashed in pieces starts before the buffer; it was quoted because it had to be.
    if (this.#fieldStart < 0 || used === this.#fieldStart + 1) return true
    for (let index = this.#fieldStart + 1; index < used; index++) {
      const byte = this.#record[index]!
      if (forcesQuotes[byte] === 1 || byte === quote || byte === backslash) return true
    }
    return false
  }

  #endRecord(used: number): number {
    const fields = this.#fields
    this.#fields = 0
    if (this.#headerFields < 0) {
      this.#headerFields = fields
      this.#hash = undefined
      this.#record[0] = open
      return 1
    }
    if (fields !== this.#headerFields) {
      throw malformed(`a row has ${fields} fields where the header has ${this.#headerFields}`)
    }
    this.#record[used] = close
    const tail = this.#record.subarray(0, used + 1)
    if (this.#hash === undefined) {
      this.#digest.add(tail)
    } else {
      this.#digest.addHashed(this.#hash.update(tail))
      this.#hash = undefined
    }
    this.#record[0] = open
    return 1
  }

  #makeRoom(): void {
    if (this.#record.length - this.#used >= initialBytes / 2) return
    // A field whose quotes are not certain must stay whole: its start may still move.
    const isCertain = this.#isQuoted && this.#needsQuotes(this.#used)
    const settled = isCertain ? this.#used : this.#fieldStart
    if (this.#used >= maxGatheredBytes && settled > 1) {
      this.#hash ??= createHash('sha256')
      this.#hash.update(this.#record.subarray(0, settled))
      this.#record.copyWithin(0, settled, this.#used)
      this.#used -= settled
      this.#fieldStart = isCertain ? -1 : 0
      return
    }
    const larger = Buffer.allocUnsafeSlow(this.#record.length * 2)
    this.#record.copy(larger, 0, 0, this.#used)
    this.#record = larger
  }
}

function malformed(why: string): ReversibilityError {
  return new ReversibilityError('integrity-mismatch', `A CSV volume cannot be read: ${why}.`, {
    remedy: 'Extract the part again; if it fails again, report the dataset.',
  })
}
