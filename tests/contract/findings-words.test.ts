import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Finding, type FindingCode, findingCodes } from '../../contract/finding.ts'
import { type FindingValues, findingFields, newFinding } from '../../contract/finding-values.ts'
import { describeFinding, findingTemplates } from '../../contract/words/findings.ts'
import { languages } from '../../contract/words/language.ts'

/** One finding of each code, every value telling where it came from. */
const samples: { [C in FindingCode]: FindingValues<C> } = {
  'undeclared-system': { address: 'postgresql://h:1/archives', title: 'archives-title', bytes: 48_300_000 },
  'missing-document': { document: 'pra', title: 'pra-title', path: 'Doc/PRA*.pdf' },
  'stale-document': {
    document: 'dex',
    title: 'dex-title',
    path: 'Doc/DEX.pdf',
    modifiedAt: '2025-03-02T09:00:00Z',
    maxAgeDays: 365,
    ageDays: 630,
  },
  'omitted-entry': { dataset: 'tree-dataset', item: 'print.sock', reason: 'a socket', count: 7 },
  'volume-far-from-declared': { declaredBytes: 40e9, realBytes: 2e9, ratioPercent: 5, workUnits: -12 },
  'access-denied': { detail: 'detail-text', remedy: 'remedy-text' },
  'partial-access': { item: 'payroll', reason: 'reason-text', remedy: 'remedy-text' },
  'source-unreachable': { detail: 'detail-text' },
  'source-failed': { detail: 'detail-text', remedy: 'remedy-text' },
  'fingerprint-mismatch': {
    dataset: 'public.client',
    side: 'restored',
    sourceRecords: 4800,
    otherRecords: 4790,
  },
  'restore-failed': { detail: 'detail-text', remedy: 'remedy-text' },
  'not-restored': { reason: 'reason-text' },
  'changed-while-read': { item: 'log.txt' },
  'clock-endangered': { clock: 'clock-title', article: 'art. 25', allowedDays: 30, neededDays: 41 },
  'knowledge-not-planned': { topic: 'payroll-run' },
  'copies-not-erased': { count: 3 },
  'empty-source': {},
}

describe.each(languages)('the findings in %s', (language) => {
  it.each(findingCodes)('say what %s is, why, and what to do', (code) => {
    const finding = newFinding(code, 'major', 'source:erp', samples[code])
    const { title, cause, action } = describeFinding(finding, language)
    for (const text of [title, cause, action]) {
      expect(text.trim()).toBe(text)
      expect(text.length).toBeGreaterThan(8)
      expect(text).not.toMatch(/undefined|NaN|\[object|\$\{/)
    }
    expect(title).not.toMatch(/\.$/)
    expect(new Set([title, cause, action]).size).toBe(3)
  })

  it.each(findingCodes)('leave out no text that %s carries', (code) => {
    const texts = Object.entries(samples[code]).filter(
      ([name, value]) => typeof value === 'string' && name !== 'side' && name !== 'modifiedAt',
    )
    const words = Object.values(
      describeFinding(newFinding(code, 'minor', 'run', samples[code]), language),
    ).join(' ')
    // The document's title stands for its id where both are known.
    const told = texts.filter(([name]) => !(code === 'stale-document' && name === 'document'))
    for (const [, value] of told) expect(words).toContain(value)
  })

  it('name the numbers that decide: counts, ages, volumes', () => {
    const text = (code: FindingCode) => {
      const words = describeFinding(
        { code, severity: 'major', subject: 'x', values: samples[code] as never },
        language,
      )
      return Object.values(words)
        .join(' ')
        .replace(/[\u00a0\u202f,]/g, ' ')
    }
    expect(text('fingerprint-mismatch')).toMatch(/4 800.*4 790/)
    expect(text('stale-document')).toMatch(/630.*365/)
    expect(text('clock-endangered')).toMatch(/41.*30/)
    expect(text('volume-far-from-declared')).toMatch(/40 .*2 .*5 ?%.*-12/)
    expect(text('omitted-entry')).toContain('7')
    expect(text('copies-not-erased')).toContain('3')
  })

  it('call a share that was rounded to nothing what it is', () => {
    const values = { declaredBytes: 40e9, realBytes: 84e6, ratioPercent: 0 }
    const { cause } = describeFinding(newFinding('volume-far-from-declared', 'minor', 'x', values), language)
    expect(cause.replace(/\u00a0/g, ' ')).toMatch(language === 'fr' ? /moins de 1 %/ : /less than 1%/)
  })

  it('say that contents differ when counts agree', () => {
    const values = { ...samples['fingerprint-mismatch'], otherRecords: 4800 }
    const { cause } = describeFinding(newFinding('fingerprint-mismatch', 'blocker', 'x', values), language)
    expect(cause).toMatch(language === 'fr' ? /contenus diffèrent/ : /contents differ/)
  })

  it('show the bare facts of a finding whose values or code are of another version', () => {
    const odd: Finding[] = [
      { code: 'missing-document', severity: 'major', subject: 'document:x', values: { titre: 'DEX' } },
      { code: 'stale-document', severity: 'major', subject: 'document:x', values: { maxAgeDays: 'DEX' } },
      {
        code: 'from-the-future' as FindingCode,
        severity: 'minor',
        subject: 'document:x',
        values: { fact: 'DEX' },
      },
      { code: 'toString' as FindingCode, severity: 'minor', subject: 'document:x', values: { fact: 'DEX' } },
    ]
    for (const finding of odd) {
      const { title, cause } = describeFinding(finding, language)
      expect(title).toContain(finding.code)
      expect(cause).toContain('DEX')
      expect(cause).not.toContain('undefined')
    }
  })

  it('put any value in as it came, whatever it holds', () => {
    fc.assert(
      fc.property(fc.string(), (item) => {
        const { title } = describeFinding(newFinding('changed-while-read', 'minor', 'x', { item }), language)
        expect(title).toContain(item)
      }),
    )
  })
})

describe('the values of findings', () => {
  it('are declared for every code, and every code has its template in every language', () => {
    expect(Object.keys(findingFields).sort()).toEqual([...findingCodes].sort())
    for (const language of languages) {
      expect(Object.keys(findingTemplates[language]).sort()).toEqual([...findingCodes].sort())
    }
  })

  it('are all used by the samples of this test', () => {
    for (const code of findingCodes) {
      expect(Object.keys(samples[code]).sort(), code).toEqual(Object.keys(findingFields[code]).sort())
    }
  })
})
