import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bar } from '../../reporting/text/bar.ts'
import { columnsOf, truncate, truncateColoured, wrap } from '../../reporting/text/columns.ts'
import { printable } from '../../reporting/text/printable.ts'

/** UTF-16 units of any kind, lone surrogates and control characters among them. */
const anyUnits = fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units))
const lowUnits = fc.array(fc.integer({ min: 0, max: 0xff })).map((units) => String.fromCharCode(...units))

describe('foreign text', () => {
  it('loses its terminal sequences and shows its other control characters', () => {
    expect(printable('\u001b[31mred\u001b[0m')).toBe('red')
    expect(printable('\u001b]8;;http://evil\u0007click\u001b]8;;\u0007')).toBe('click')
    expect(printable('a\nb\tc\u007f\u0085')).toBe('a␊b␉c␡\\u0085')
    expect(printable('invoice\u202egnp.exe')).toBe('invoice\\u202egnp.exe')
    expect(printable('é 日本 👍')).toBe('é 日本 👍')
  })

  it('is harmless whatever it was', () => {
    fc.assert(
      fc.property(fc.oneof(anyUnits, lowUnits), (text) => {
        // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
        expect(printable(text)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/)
      }),
    )
  })
})

describe('columns', () => {
  it('are counted as terminals give them', () => {
    expect(columnsOf('été')).toBe(3)
    expect(columnsOf('e\u0301te\u0301')).toBe(3)
    expect(columnsOf('日本')).toBe(4)
    expect(columnsOf('👍')).toBe(2)
    expect(columnsOf('\u001b[31mred\u001b[39m')).toBe(3)
  })

  it('bound what is cut, at either end', () => {
    expect(truncate('public.client', 8)).toBe('public.…')
    expect(truncate('public.client', 8, { keepEnd: true })).toBe('….client')
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.nat({ max: 30 }),
        fc.boolean(),
        (text, columns, keepEnd) => {
          expect(columnsOf(truncate(printable(text), columns, { keepEnd }))).toBeLessThanOrEqual(columns)
        },
      ),
    )
  })

  it('bound what is cut with its colours, which end with it', () => {
    expect(truncateColoured('\u001b[31mabcdef\u001b[39m', 4)).toBe('\u001b[31mabc…\u001b[0m')
    expect(truncateColoured('\u001b[31mab\u001b[39mcd', 4)).toBe('\u001b[31mab\u001b[39mcd')
  })

  it('hold every word of a wrapped text, in order', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'grapheme' })),
        fc.integer({ min: 2, max: 40 }),
        (words, columns) => {
          const text = printable(words.join(' '))
          const lines = wrap(text, columns)
          for (const line of lines) expect(columnsOf(line)).toBeLessThanOrEqual(columns)
          expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''))
        },
      ),
    )
  })
})

describe('a bar', () => {
  it('is full only when complete, and never empty once begun', () => {
    expect(bar(1, 10).done).toBe('█'.repeat(10))
    expect(bar(0.999, 10).left.length + bar(0.999, 10).done.length).toBe(10)
    expect(bar(0.999, 10).done).not.toBe('█'.repeat(10))
    expect(bar(0.0001, 10).done).toBe('▏')
    expect(bar(0, 10).done).toBe('')
    expect(
      bar(Number.POSITIVE_INFINITY, 10).done.length + bar(Number.POSITIVE_INFINITY, 10).left.length,
    ).toBe(10)
  })
})
