import { createHash } from 'node:crypto'

/** A repeatable source of numbers: the same seed and label give the same draws on every machine. */
export interface Random {
  /** A whole number, both bounds included. */
  between(low: number, high: number): number
  pick<T>(values: readonly T[]): T
}

/** Each label has its own stream, so that files may be written in any order and still be the same. */
export function randomOf(seed: number, label: string): Random {
  const digest = createHash('sha256').update(`${seed}:${label}`).digest()
  let [a, b, c, d] = [0, 4, 8, 12].map((offset) => digest.readUInt32LE(offset)) as [
    number,
    number,
    number,
    number,
  ]
  // sfc32 (Chris Doty-Humphrey, PractRand): small, fast and good enough for invented text.
  const next = () => {
    const t = (((a + b) | 0) + d) | 0
    d = (d + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + t
    return (t >>> 0) / 4294967296
  }
  const between = (low: number, high: number) => low + Math.floor(next() * (high - low + 1))
  return {
    between,
    pick: (values) => {
      if (values.length === 0) throw new RangeError('There is nothing to pick from.')
      return values[between(0, values.length - 1)] as (typeof values)[number]
    },
  }
}
