import fc from 'fast-check'
import { expect, test } from 'vitest'
import { rangesOf } from '../../activities/partition.ts'

const sizes = fc.array(fc.integer({ min: 0, max: 2 ** 36 }), { minLength: 1, maxLength: 5000 })
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)

test('every part is in exactly one range, in order', () => {
  fc.assert(
    fc.property(sizes, (parts) => {
      const ranges = rangesOf(parts, sum(parts))
      expect(ranges[0]!.from).toBe(0)
      expect(ranges.at(-1)!.to).toBe(parts.length)
      for (const [index, range] of ranges.entries()) {
        expect(range.to).toBeGreaterThan(range.from)
        if (index > 0) expect(range.from).toBe(ranges[index - 1]!.to)
        expect(range.bytes).toBe(sum(parts.slice(range.from, range.to)))
      }
    }),
  )
})

test('a source never needs more than a hundred ranges, whatever its size', () => {
  fc.assert(
    fc.property(sizes, (parts) => {
      expect(rangesOf(parts, sum(parts)).length).toBeLessThanOrEqual(100)
    }),
  )
  expect(
    rangesOf(new Array(1_000_000).fill(64 * 1024 * 1024), 64 * 1024 * 1024 * 1_000_000).length,
  ).toBeLessThanOrEqual(100)
})

test('small parts share a range', () => {
  expect(rangesOf(new Array(30).fill(1000), 30_000)).toEqual([{ from: 0, to: 30, bytes: 30_000 }])
})
