import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { clocks } from '../../contract/policies/clocks.ts'
import { clockConflicts } from '../../contract/policies/conflicts.ts'
import { policies } from '../../contract/policies/policies.ts'
import { addWorkingDays } from '../../contract/policies/working-days.ts'
import { altered, planOf, samplePlan } from './sample-plan.ts'

const giveBack =
  '    - { id: give-back, title: Return of all data, article: Article 18.2, from: notice, to: return, duration: P3M }\n'
const policiesLine = 'policies: [eu-data-act@1, gdpr@1, infogerance-practice@1]'

describe('the clocks of a plan', () => {
  const byId = (text: string, options = {}) =>
    new Map(clocks(planOf(text), options).map((clock) => [clock.id, clock]))

  test('cite their article, and are counted from the end of the contract', () => {
    const found = byId(samplePlan)
    expect(found.get('eu-data-act@1/transition')).toMatchObject({
      source: 'Regulation (EU) 2023/2854, art. 25(2)(a)',
      nature: 'law',
      startsOn: '2027-05-31',
      endsOn: '2027-06-30',
      allowedSeconds: 30 * 86_400,
      strictest: true,
      measures: 'transfer',
    })
    expect(found.get('eu-data-act@1/retrieval')).toMatchObject({
      bound: 'at-least',
      startsOn: '2027-06-30',
      endsOn: '2027-07-30',
      measures: null,
    })
    expect(found.get('clause/give-back')).toMatchObject({ source: 'Article 18.2', nature: 'clause' })
  })

  test('are counted forward once notice was given', () => {
    const found = byId(samplePlan, { noticeOn: '2026-01-31' })
    expect(found.get('eu-data-act@1/notice')).toMatchObject({ startsOn: '2026-01-31', endsOn: '2026-03-31' })
    expect(found.get('eu-data-act@1/transition')).toMatchObject({
      startsOn: '2026-03-31',
      endsOn: '2026-04-30',
    })
    expect(found.get('plan/retention')).toMatchObject({ startsOn: '2026-04-30', endsOn: '2026-07-29' })
  })

  test('name their sources in the language of the contract', () => {
    const found = byId(altered(['language: en', 'language: fr']))
    expect(found.get('eu-data-act@1/transition')?.source).toBe('Règlement (UE) 2023/2854, art. 25(2)(a)')
  })

  test('are marked as practice where no law says so', () => {
    const practice = clocks(planOf(samplePlan)).filter(({ id }) => id.startsWith('infogerance-practice@1/'))
    expect(practice.length).toBeGreaterThan(0)
    for (const clock of practice)
      expect(clock).toMatchObject({ nature: 'practice', source: 'practice, no law' })
  })

  test('hold only the strictest as deciding, and never one that has to be invoked', () => {
    const found = byId(samplePlan)
    expect(found.get('infogerance-practice@1/transition')?.strictest).toBe(false)
    expect(found.get('eu-data-act@1/extended-transition')).toMatchObject({ strictest: false })
    // The plan keeps packages longer than the law asks.
    expect(found.get('plan/retention')?.strictest).toBe(true)
    expect(found.get('eu-data-act@1/retrieval')?.strictest).toBe(false)
  })

  test('hold critical services to a rehearsal every quarter', () => {
    expect(byId(samplePlan).get('infogerance-practice@1/critical-rehearsal')?.duration).toBe('P3M')
    const relaxed = byId(altered(['criticality: critical', 'criticality: standard']))
    expect(relaxed.has('infogerance-practice@1/critical-rehearsal')).toBe(false)
  })

  test('do not hold a law against a contract that ends before it applies', () => {
    const early = byId(
      altered(['start: 2024-01-01', 'start: 2019-01-01'], ['end: 2027-06-30', 'end: 2022-06-30']),
    )
    expect([...early.keys()].filter((id) => id.startsWith('eu-data-act@1/'))).toEqual([])
  })

  test('count working days without weekends', () => {
    // Thursday 2026-12-24: fourteen working days later, weekends left out, is Wednesday 2027-01-13.
    expect(addWorkingDays(new Date('2026-12-24T00:00:00Z'), 14).toISOString()).toMatch(/^2027-01-13/)
    const answer = byId(samplePlan, { noticeOn: '2026-12-24' }).get('eu-data-act@1/extension-answer')
    expect(answer).toMatchObject({ endsOn: '2027-01-13', days: 'working' })
  })

  test('have nothing to transfer when all that is left is to erase', () => {
    const plan = { ...planOf(samplePlan), outcome: 'erase-only' as const }
    expect(clocks(plan).filter(({ measures }) => measures === 'transfer')).toEqual([])
    expect(clocks(plan).map(({ id }) => id)).toContain('eu-data-act@1/retrieval')
  })
})

describe('the allowed hours of a source', () => {
  const windowOf = (hours: string) =>
    clocks(planOf(altered(["[{ days: [mon, tue], from: '20:00', to: '06:00' }]", hours]))).find(
      ({ sourceId }) => sourceId === 'erp',
    )?.allowedSeconds

  test.each([
    ['a night', "[{ days: [mon, tue], from: '20:00', to: '06:00' }]", 10],
    ['a working day', "[{ days: [mon], from: '08:00', to: '18:30' }]", 10.5],
    [
      'a night that joins the next day',
      "[{ days: [fri], from: '20:00', to: '00:00' }, { days: [sat], from: '00:00', to: '00:00' }]",
      28,
    ],
    [
      'Sunday night into Monday',
      "[{ days: [sun], from: '20:00', to: '06:00' }, { days: [mon], from: '06:00', to: '07:00' }]",
      11,
    ],
  ])('are one reading of %s', (_, hours, expected) => {
    expect(windowOf(hours)).toBe(expected * 3600)
  })

  test('bind nothing when they never close, or when there are none', () => {
    expect(
      windowOf("[{ days: [mon, tue, wed, thu, fri, sat, sun], from: '00:00', to: '00:00' }]"),
    ).toBeUndefined()
    expect(windowOf('[]')).toBeUndefined()
  })
})

describe('clocks that contradict each other', () => {
  const withClauses = (...clauses: string[]) =>
    clockConflicts(planOf(altered([giveBack, clauses.map((clause) => `    - { ${clause} }\n`).join('')])))

  test('are none in the sample', () => {
    expect(clockConflicts(planOf(samplePlan))).toEqual([])
  })

  test('are found between a law and a clause on the same time', () => {
    const clause =
      'id: long, title: Long transition, article: Art. 9, from: transition-start, to: transition-end, duration: P6M, bound: at-least'
    const [conflict] = withClauses(clause)
    expect(conflict?.clocks.toSorted()).toEqual(['clause/long', 'eu-data-act@1/transition'])
    // Six months back from 30 June 2027 are 181 days; the law gives 30 at most.
    expect(Math.round((conflict?.missingSeconds ?? 0) / 86_400)).toBeGreaterThan(140)
  })

  test('are found between formal notice and immediate destruction', () => {
    const text = altered(
      [policiesLine, 'policies: [secnumcloud@3.2]'],
      [
        giveBack,
        '    - { id: now, title: Destroy at once, article: Art. 30, from: return, to: erasure, duration: P1D }\n',
      ],
    )
    const found = clockConflicts(planOf(text))
    expect(found.flatMap(({ clocks: ids }) => ids)).toEqual(
      expect.arrayContaining(['clause/now', 'secnumcloud@3.2/formal-notice']),
    )
  })

  test('are found through a chain: a window kept open longer than destruction may wait', () => {
    const text = altered(
      [policiesLine, 'policies: [ccag-tic@2021]'],
      ['retention: P90D', 'retention: P1Y'],
      [giveBack, ''],
      ['  clauses:\n', '  clauses: []\n'],
    )
    const [conflict] = clockConflicts(planOf(text))
    expect(conflict?.clocks.toSorted()).toEqual(['ccag-tic@2021/destruction', 'plan/retention'])
  })

  test('end being looked for, however many there are', () => {
    const durations = fc.integer({ min: 0, max: 400 })
    const stones = fc.constantFrom(
      'notice',
      'transition-start',
      'transition-end',
      'return',
      'retrieval-end',
      'formal-notice',
      'erasure',
    )
    const clause = fc.record({
      from: stones,
      to: stones,
      days: durations,
      bound: fc.constantFrom('at-most', 'at-least'),
    })
    const base = planOf(samplePlan)
    fc.assert(
      fc.property(fc.array(clause, { maxLength: 8 }), (list) => {
        const clauses = list.map(({ from, to, days, bound }, index) => ({
          ...{ id: `c${index}`, title: 'c', article: 'a', from, to },
          ...{ duration: `P${days}D`, bound: bound as 'at-most' | 'at-least' },
        })) as typeof base.contract.clauses
        const plan = { ...base, contract: { ...base.contract, clauses } }
        for (const { clocks: ids, missingSeconds } of clockConflicts(plan)) {
          expect(ids.length).toBeGreaterThan(0)
          expect(missingSeconds).toBeGreaterThan(0)
        }
      }),
      { numRuns: 200 },
    )
  })
})

describe('every policy', () => {
  test.each([...policies.values()])(
    '$id says each thing in both languages, once, with its article',
    (policy) => {
      expect(policy.id).toMatch(/^[a-z-]+@[\d.]+$/)
      const entries = [...policy.clocks, ...policy.duties]
      expect(entries.length).toBeGreaterThan(0)
      expect(new Set(entries.map(({ id }) => id)).size).toBe(entries.length)
      for (const { title, article } of entries) {
        for (const text of [title.fr, title.en, article.fr, article.en]) expect(text.trim()).not.toBe('')
      }
    },
  )
})
