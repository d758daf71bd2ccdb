import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CopySplitter } from '../../connectors/postgresql/copy-splitter.ts'

function message(kind: string, payload: Uint8Array): Buffer {
  const header = Buffer.alloc(5)
  header.write(kind, 'latin1')
  header.writeInt32BE(payload.length + 4, 1)
  return Buffer.concat([header, payload])
}

const payloads = fc.oneof(
  fc.uint8Array({ maxLength: 40 }),
  // Lengths whose last byte is small, and which go beyond one byte.
  fc.integer({ min: 250, max: 520 }).map((length) => new Uint8Array(length).fill(0x64)),
)
const messages = fc.array(fc.tuple(fc.constantFrom('d', 'd', 'd', 'H', 'c', 'C', 'N', 'Z'), payloads), {
  maxLength: 30,
})

test('gives the rows in their order, and all other messages whole, however the network cuts them', () => {
  fc.assert(
    fc.property(messages, fc.infiniteStream(fc.integer({ min: 1, max: 300 })), (sent, cuts) => {
      const wire = Buffer.concat(sent.map(([kind, payload]) => message(kind, payload)))
      const others: Buffer[] = []
      const rows: Buffer[] = []
      const splitter = new CopySplitter((other) => others.push(Buffer.from(other)))
      for (let at = 0; at < wire.length; ) {
        const chunk = Buffer.from(wire.subarray(at, at + cuts.next().value))
        at += chunk.length
        const bytes = splitter.split(chunk)
        rows.push(Buffer.from(chunk.subarray(0, bytes)))
      }
      const isRow = ([kind]: [string, Uint8Array]) => kind === 'd'
      const wantedRows = sent.filter(isRow).map(([, payload]) => payload)
      const wantedOthers = sent
        .filter((each) => !isRow(each))
        .map(([kind, payload]) => message(kind, payload))
      expect(Buffer.concat(rows).equals(Buffer.concat(wantedRows))).toBe(true)
      expect(Buffer.concat(others).equals(Buffer.concat(wantedOthers))).toBe(true)
      expect(others).toHaveLength(wantedOthers.length)
    }),
    { numRuns: 300 },
  )
})

test('refuses a length that no message has', () => {
  const splitter = new CopySplitter(() => {})
  expect(() => splitter.split(Buffer.from([0x64, 0, 0, 0, 3]))).toThrow('not a message of its protocol')
  expect(() => new CopySplitter(() => {}).split(Buffer.from([0x5a, 0xff, 0, 0, 0]))).toThrow('protocol')
})
