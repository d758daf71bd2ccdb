import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cronFault } from '../../contract/plan/cron.ts'
import { addDuration, durationSeconds, parseDuration } from '../../contract/plan/duration.ts'
import { isSecretReference } from '../../contract/plan/secret-reference.ts'
import { parseSize } from '../../contract/plan/size.ts'
import { nearest } from '../../contract/plan/suggest.ts'

describe('durations', () => {
  const add = (day: string, text: string, direction: 1 | -1 = 1) =>
    addDuration(new Date(`${day}T00:00:00Z`), parseDuration(text)!, direction)
      .toISOString()
      .slice(0, 10)

  test.each([
    ['2026-01-31', 'P1M', '2026-02-28'],
    ['2028-01-31', 'P1M', '2028-02-29'],
    ['2024-02-29', 'P1Y', '2025-02-28'],
    ['2026-11-30', 'P3M', '2027-02-28'],
    ['2026-12-31', 'P2W1D', '2027-01-15'],
    ['2026-03-31', 'P1M10D', '2026-05-10'],
  ])('%s and %s is %s', (day, text, expected) => {
    expect(add(day, text)).toBe(expected)
  })

  test('count back as they count forward', () => {
    expect(add('2027-03-31', 'P1M', -1)).toBe('2027-02-28')
    expect(add('2027-06-30', 'P30D', -1)).toBe('2027-05-31')
  })

  test.each(['', 'P', 'PT', 'P1', '1D', 'P-1D', 'P1.5D', 'P1D2M', 'p1d', 'P1H', 'P1DT', ' P1D'])(
    '%j is none',
    (text) => {
      expect(parseDuration(text)).toBeUndefined()
    },
  )

  test('without a date, a month is 30 days and a year 365', () => {
    expect(durationSeconds('P1Y1M1DT1H1M1S')).toBe((365 + 30 + 1) * 86_400 + 3661)
    expect(() => durationSeconds('soon')).toThrow(RangeError)
  })

  test('whole days add up whatever the start', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('1990-01-01'), max: new Date('2090-01-01'), noInvalidDate: true }),
        fc.nat(4000),
        (from, days) => {
          const to = addDuration(from, parseDuration(`P${days}D`)!)
          expect(to.getTime() - from.getTime()).toBe(days * 86_400_000)
          expect(addDuration(to, parseDuration(`P${days}D`)!, -1)).toEqual(from)
        },
      ),
    )
  })
})

describe('sizes', () => {
  test.each([
    ['50 MB', 50e6],
    ['50 Mo', 50e6],
    ['2 GiB', 2 ** 31],
    ['2 Gio', 2 ** 31],
    ['1.5 TB', 1.5e12],
    ['1,5 To', 1.5e12],
    ['10GB', 10e9],
    ['0 B', 0],
  ])('%s is %d bytes', (text, bytes) => {
    expect(parseSize(text)).toBe(bytes)
  })

  test.each(['', '50', 'MB', '-1 MB', '50 XB', '1e3 MB', '50 MB/s', '10000 PB', '5 0 MB'])(
    '%j is none',
    (text) => {
      expect(parseSize(text)).toBeUndefined()
    },
  )
})

describe('cron expressions', () => {
  test.each([
    '0 3 1 */3 *',
    '*/15 * * * *',
    '0 0 * * mon-fri',
    '0 22 1,15 JAN-jun 0',
    '5 4 * * 7',
    '@weekly',
  ])('%s holds', (text) => {
    expect(cronFault(text)).toBeUndefined()
  })

  test.each([
    '',
    '* * * *',
    '60 * * * *',
    '* 24 * * *',
    '* * 0 * *',
    '* * * 13 *',
    '* * * * 8',
    '*/0 * * * *',
    '5-1 * * * *',
    '1,,2 * * * *',
    '@reboot',
    '* * * * * *',
    '0 0 * * funday',
  ])('%j does not', (text) => {
    expect(cronFault(text)).toBeDefined()
  })
})

describe('references to secrets', () => {
  test.each([
    'env:ERP_URL',
    'env:_x1',
    'file:/run/secrets/key',
    'file:/a b/c',
    'file:///run/secrets/key',
    'command:pass show erp',
  ])('%s is one', (text) => {
    expect(isSecretReference(text)).toBe(true)
  })

  test.each([
    '',
    'ERP_URL',
    'env:',
    'env:1X',
    'env:A B',
    'env:A\n',
    'file:relative',
    'file:/a\nb',
    'command:',
    'command: x',
    'ENV:X',
  ])('%j is none', (text) => {
    expect(isSecretReference(text)).toBe(false)
  })
})

describe('the word that was meant', () => {
  test.each([
    ['conector', 'connector'],
    ['postgres', 'postgresql'],
    ['postgresl', 'postgresql'],
    ['early-termination', 'earlyTermination'],
    ['Sources', 'sources'],
    ['fiels', 'files'],
  ])('for %s is %s', (word, meant) => {
    expect(
      nearest(word, ['connector', 'postgresql', 'earlyTermination', 'sources', 'files', 'services']),
    ).toBe(meant)
  })

  test('is none when nothing is near', () => {
    expect(nearest('banana', ['connector', 'files'])).toBeUndefined()
    expect(nearest('x'.repeat(10_000), ['x'.repeat(9999)])).toBeUndefined()
  })
})
