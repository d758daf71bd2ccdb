import { stripVTControlCharacters } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { describeFinding } from '../../contract/words/findings.ts'
import { languages } from '../../contract/words/language.ts'
import { renderTerminal, type TerminalOptions } from '../../reporting/terminal.ts'
import { columnsOf } from '../../reporting/text/columns.ts'
import { printable } from '../../reporting/text/printable.ts'
import { everyStringReplaced, sampleDataset, sampleReport, sampleSource } from './sample-report.ts'

const plain = (changes: Partial<TerminalOptions> = {}): TerminalOptions => ({
  language: 'fr',
  color: false,
  width: 100,
  ...changes,
})
const squeezed = (text: string) => text.replace(/[\s\u00a0\u202f]+/g, ' ')

describe.each(languages)('the terminal report in %s', (language) => {
  it('answers first', () => {
    const answers = {
      fr: ['OUI', 'OUI, AVEC RÉSERVES', 'NON'],
      en: ['YES', 'YES, WITH RESERVES', 'NO'],
    }[language]
    const verdicts = ['could-leave', 'could-leave-with-reserves', 'could-not-leave'] as const
    verdicts.forEach((verdict, index) => {
      const head = renderTerminal(sampleReport({ verdict }), plain({ language }))
        .split('\n')
        .slice(0, 8)
        .join('\n')
      expect(head).toMatch(new RegExp(`[✔▲✘] ${answers[index]}$`, 'm'))
    })
  })

  it('tells every finding with cause and action, whole', () => {
    const report = sampleReport()
    const text = squeezed(renderTerminal(report, plain({ language })))
    for (const finding of report.findings) {
      const { title, cause, action } = describeFinding(finding, language)
      for (const words of [title, cause, action]) expect(text).toContain(squeezed(words))
    }
  })

  it('folds datasets that agree, and lists them when asked', () => {
    const folded = renderTerminal(sampleReport(), plain({ language }))
    const listed = renderTerminal(sampleReport(), plain({ language, verbose: true }))
    expect(folded).not.toContain('gestion.clients')
    expect(listed).toMatch(/gestion\.clients +1.200 +1.200 +1.200 /)
  })

  it('always lists a dataset that differs or was not compared', () => {
    const longName = `public.${'a'.repeat(70)}`
    const datasets = [
      sampleDataset('erp', 'public.sound', 10),
      sampleDataset('erp', longName, 2222, { restored: { records: 2220, digest: '0'.repeat(16) } }),
      sampleDataset('erp', 'public.unproved', 30, { restored: null }),
    ]
    const report = sampleReport({ sources: [sampleSource({ datasets })] })
    const text = renderTerminal(report, plain({ language, width: 80 }))
    expect(text).toContain(longName)
    expect(text.replace(/[\u202f,]/g, '')).toMatch(/2222 +2222 +2220/)
    expect(text).toMatch(/public\.unproved +30 +30 +— +\?/)
    expect(text).not.toContain('public.sound')
  })

  it.each([80, 100, 120])('fits in %i columns, but for what is to be copied', (width) => {
    const text = renderTerminal(sampleReport(), plain({ language, width, verbose: true }))
    for (const line of text.split('\n')) expect(columnsOf(line), line).toBeLessThanOrEqual(width)
  })

  it('never breaks a hash or a path', () => {
    const at = `/tmp/${'long/'.repeat(30)}report.html`
    const report = sampleReport()
    const text = renderTerminal(report, plain({ language, width: 80, places: [{ kind: 'htmlReport', at }] }))
    for (const copied of [at, report.journal.headHash, report.planSha256]) expect(text).toContain(copied)
  })
})

describe('the terminal report', () => {
  it('has colours only when asked, and says the same without', () => {
    const coloured = renderTerminal(sampleReport(), plain({ color: true }))
    const bare = renderTerminal(sampleReport(), plain())
    expect(bare).not.toContain('\u001b')
    expect(coloured).toContain('\u001b[')
    const trimmed = (text: string) => text.split('\n').map((line) => line.trimEnd())
    expect(trimmed(stripVTControlCharacters(coloured))).toEqual(trimmed(bare))
  })

  it('lets no control character of foreign text reach the terminal', () => {
    const evil = '\u001b]0;owned\u0007\u001b[2J\u009b31m\r\n\u202eabc\u0000'
    const text = renderTerminal(
      everyStringReplaced(sampleReport(), (word) => word + evil),
      plain({ verbose: true }),
    )
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/)
  })

  it('keeps to its width whatever the names', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 120 }),
        fc.integer({ min: 60, max: 130 }),
        (name, width) => {
          const datasets = [sampleDataset('erp', name, 5, { restored: null })]
          const report = sampleReport({ sources: [sampleSource({ title: name, datasets })], findings: [] })
          const lines = renderTerminal(report, plain({ width })).split('\n')
          const copied = (line: string) => /[0-9a-f]{64}/.test(line) || line.trim() === printable(name).trim()
          const wide = lines.filter((line) => columnsOf(line) > width && !copied(line))
          expect(wide).toEqual([])
        },
      ),
      { numRuns: 60 },
    )
  })

  it('shows a clock that is exceeded as such', () => {
    const report = sampleReport()
    report.forecast.clocks[1] = { ...report.forecast.clocks[1]!, neededSeconds: 500, holds: false }
    const text = squeezed(renderTerminal(report, plain()))
    expect(text).toMatch(/Fenêtre de bascule de l’ERP █+ ✘ dépassé 8 min 20 s \/ 3 min \(277 %\)/)
    expect(text).toMatch(/✔ tenu 1 min 23 s \/ 30 jours \(< 1 %\)/)
  })
})
