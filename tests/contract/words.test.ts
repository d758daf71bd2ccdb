import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatDate, formatDateTime, formatDays, formatDuration } from '../../contract/words/dates.ts'
import { french } from '../../contract/words/french.ts'
import { languageOfLocale } from '../../contract/words/language.ts'
import { formatBytes, formatNumber, formatPercent } from '../../contract/words/numbers.ts'
import { subjectWords } from '../../contract/words/states.ts'

const spaced = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ')

describe('figures', () => {
  it('are octets in French and bytes in English, with three significant digits', () => {
    expect(spaced(formatBytes(1_050_000_000, 'fr'))).toBe('1,05 Go')
    expect(spaced(formatBytes(1_050_000_000, 'en'))).toBe('1.05 GB')
    expect(spaced(formatBytes(999_600, 'fr'))).toBe('1 Mo')
    expect(spaced(formatBytes(512, 'fr'))).toBe('512 o')
    expect(spaced(formatBytes(0, 'en'))).toBe('0 B')
  })

  it('never show a thousand of a unit where the next one would do', () => {
    fc.assert(
      fc.property(fc.nat({ max: 2 ** 50 }), (bytes) => {
        expect(formatBytes(bytes, 'en')).not.toMatch(/\d{4}|\d,\d/)
      }),
    )
  })

  it('separate thousands by language', () => {
    expect(spaced(formatNumber(1_234_567, 'fr'))).toBe('1 234 567')
    expect(formatNumber(1_234_567, 'en')).toBe('1,234,567')
  })

  it('say 100 % only of what is complete, and 0 % only of what has not begun', () => {
    expect(spaced(formatPercent(0.9999, 'fr'))).toBe('99 %')
    expect(formatPercent(1, 'en')).toBe('100%')
    expect(spaced(formatPercent(0.0001, 'fr'))).toBe('< 1 %')
    expect(formatPercent(0, 'en')).toBe('0%')
    expect(formatPercent(0.29, 'en')).toBe('29%')
  })

  it('give durations in the two units that matter, and never 60 of one', () => {
    expect(spaced(formatDuration(4.23, 'fr'))).toBe('4,2 s')
    expect(spaced(formatDuration(125, 'fr'))).toBe('2 min 05 s')
    expect(spaced(formatDuration(7500, 'en'))).toBe('2 h 05 min')
    expect(spaced(formatDuration(2_592_000, 'fr'))).toBe('30 jours')
    expect(formatDuration(Number.POSITIVE_INFINITY, 'en')).toBe('—')
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e8, noNaN: true }), (seconds) => {
        expect(spaced(formatDuration(seconds, 'en'))).not.toMatch(/\b60 (?:s|min)|\b24 h/)
      }),
    )
  })

  it('count days as French does, singular below two, and as English does', () => {
    expect(spaced(formatDays(1.5, 'fr'))).toBe('1,5 jour')
    expect(spaced(formatDays(1.5, 'en'))).toBe('1.5 days')
  })

  it('name the time zone beside an hour, and give back what is no date', () => {
    expect(formatDate('2027-06-30', 'fr')).toBe('30 juin 2027')
    expect(formatDateTime('2026-11-22T18:41:09Z', 'fr', 'Europe/Paris')).toMatch(
      /22 novembre 2026.*19:41.*(UTC\+1|CET)/,
    )
    expect(formatDateTime('2026-11-22T18:41:09Z', 'en')).toMatch(/22 November 2026.*18:41.*UTC/)
    expect(formatDate('à la signature', 'fr')).toBe('à la signature')
  })
})

describe('French sentences', () => {
  it('keep their signs on the line of their word, and the spaces of what is put into them', () => {
    expect(french`Cause : « ${'a : b'} » !`).toBe('Cause\u00a0: «\u00a0a : b\u00a0»\u00a0!')
  })

  it('are chosen by the locale of the environment', () => {
    expect(languageOfLocale('fr_FR.UTF-8')).toBe('fr')
    expect(languageOfLocale('C')).toBe('en')
    expect(languageOfLocale(undefined)).toBe('en')
  })
})

describe('subjects', () => {
  it('are named in words where their kind is known, colons of their own kept', () => {
    expect(subjectWords('system:postgresql://h:1/x', 'fr')).toBe('système postgresql://h:1/x')
    expect(subjectWords('run', 'fr')).toBe('exécution')
    expect(subjectWords('constructor:x', 'fr')).toBe('constructor:x')
  })
})
