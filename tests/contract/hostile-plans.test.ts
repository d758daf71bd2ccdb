import { stripVTControlCharacters } from 'node:util'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { problemsText } from '../../cli/commands/plan-problems.ts'
import { compilePlan } from '../../contract/plan/compile.ts'
import { altered, connectors, problemsOf, samplePlan } from './sample-plan.ts'

describe('text that is no YAML', () => {
  test.each([
    ['a key written twice', 'a: 1\nb: 2\na: 3\n', 3, /written twice/, /one of the two/],
    ['a tab to indent', 'a:\n\tb: 1\n', 2, /tab/, /spaces/],
    ['a bracket left open', 'a: [1, 2\nb: 3\n', 2, /indentation/, /bracket/],
    ['a quote left open', "a: 'one\nb: two\n", 3, /not well-formed/, /quotes/],
    ['two documents', 'a: 1\n---\nb: 2\n', 2, /several documents/, /one plan/],
    ['a tag', 'a: !secret b\n', 1, /tag/, /Remove/],
    ['an alias of nothing', 'a: *b\n', 1, /alias/, /Write the value out/],
    ['a mapping as a key', '{ a: 1 }: b\n', 1, /key/, /plain word/],
  ])('says so for %s', (_, text, line, reason, remedy) => {
    const [problem] = problemsOf(text)
    expect(problem?.line).toBe(line)
    expect(problem?.reason).toMatch(reason)
    expect(problem?.remedy).toMatch(remedy)
  })

  test('is refused for aliases that multiply, in little time', () => {
    const names = 'abcdefghij'
    const lines = [...names].map((name, index) => {
      const before = names[index - 1]
      const value = before === undefined ? '"lol"' : Array.from({ length: 10 }, () => `*${before}`).join(', ')
      return `${name}: &${name} [${value}]`
    })
    const started = performance.now()
    expect(problemsOf(lines.join('\n'))[0]?.reason).toMatch(/expand beyond reason/)
    expect(performance.now() - started).toBeLessThan(2000)
  })

  test('is refused for an alias of itself', () => {
    expect(problemsOf('a: &a [*a]\n')[0]?.reason).toMatch(/refer to themselves/)
  })

  test('is refused for nesting without end', () => {
    expect(problemsOf('['.repeat(100_000)).length).toBeGreaterThan(0)
    expect(problemsOf(`a: ${'{a: '.repeat(5000)}1${'}'.repeat(5000)}`).length).toBeGreaterThan(0)
  })

  test('is refused beyond a megabyte, without being parsed', () => {
    expect(problemsOf(`# ${'x'.repeat(1_000_000)}\n${samplePlan}`)).toMatchObject([
      { line: 1, reason: 'The file is larger than 1 MB.' },
    ])
  })
})

describe('a secret in a plan', () => {
  const secret = 'hunter2-correct-horse'
  const age = 'AGE-SECRET-KEY-1QQPQRQGZJ6XQYQSZQGPQYQSZQGPQYQSZQGPQYQSZQGPQYQSZQGPQYQSZQG'

  test.each<[string, readonly [string, string], string, string]>([
    [
      'in a field that takes a reference',
      ['file:/run/secrets/signing-key', secret],
      'delivery.signingKey',
      secret,
    ],
    [
      "in a web hook's secret",
      ['secret: env:HOOK_SECRET', `secret: ${secret}`],
      'notifications.webhooks[0].secret',
      secret,
    ],
    [
      'in a web hook’s address',
      ['//hooks.example.com/in', `//me:${secret}@hooks.example.com/in`],
      'notifications.webhooks[0].url',
      secret,
    ],
    [
      "in a connector's address",
      ['url: env:ERP_URL', `url: postgresql://erp:${secret}@db/erp`],
      'sources[0].config.url',
      secret,
    ],
    [
      "in a connector's password",
      ['{ url: env:ERP_URL }', `{ host: db, database: erp, password: ${secret} }`],
      'sources[0].config.password',
      secret,
    ],
    [
      'under a key that no connector knows',
      ['{ root: /srv/docs }', `{ root: /srv/docs, apiKey: ${secret} }`],
      'sources[1].config.apiKey',
      secret,
    ],
    [
      "in a restore target's address",
      ['server: env:SCRATCH_URL', `server: 'postgresql://a:${secret}@b/c'`],
      'rehearsal.restoreTargets.erp.config.server',
      secret,
    ],
    [
      'as a private age key among the recipients',
      ['[age1uja4chmgj9f6d2s6jxs46e0jt7e0daglqdf92gq50yxdydh8j3nq5ja2p7]', `[${age}]`],
      'delivery.recipients[0]',
      age,
    ],
    [
      'as a reference that is not well formed',
      ['env:HOOK_SECRET', `'env:${secret} x'`],
      'notifications.webhooks[0].secret',
      secret,
    ],
    [
      'in a title',
      ['title: Acme IT', `title: 'see postgresql://erp:${secret}@db/erp'`],
      'contract.title',
      secret,
    ],
  ])('is refused %s and repeated nowhere', (_, change, path, hidden) => {
    const text = altered(change)
    const problems = problemsOf(text)
    expect(problems.map((problem) => problem.path)).toContain(path)
    expect(JSON.stringify(problems)).not.toContain(hidden)
    expect(problemsText({ file: 'plan.yaml', text, problems })).not.toContain(hidden)
  })

  test('is not shown beside another fault of the same line', () => {
    const text = altered(['{ url: env:ERP_URL }', `{ hots: db, database: erp, password: ${secret} }`])
    expect(problemsText({ file: 'plan.yaml', text, problems: problemsOf(text) })).not.toContain(secret)
  })

  test('is not shown where the line is no YAML', () => {
    const text = samplePlan.replace('url: env:ERP_URL', `password: "${secret}`)
    const problems = problemsOf(text)
    expect(problems.length).toBeGreaterThan(0)
    expect(JSON.stringify(problems)).not.toContain(secret)
  })
})

describe('whatever the text', () => {
  const compile = (text: string) => compilePlan({ text, fileName: 'plan.yaml', connectors })

  test('compiling answers, and every problem stands inside the file', () => {
    const lines = samplePlan.split('\n')
    const mangled = fc
      .array(
        fc.record({
          at: fc.nat(lines.length - 1),
          with: fc.oneof(fc.string(), fc.constantFrom('', '- ', '  a:', '*x', '[', '"')),
        }),
        {
          minLength: 1,
          maxLength: 4,
        },
      )
      .map((edits) => {
        const copy = [...lines]
        for (const edit of edits) copy[edit.at] = edit.with
        return copy.join('\n')
      })
    fc.assert(
      fc.property(fc.oneof(fc.string({ maxLength: 500 }), mangled), (text) => {
        const { problems, plan } = compile(text)
        expect(problems === undefined).toBe(plan !== undefined)
        const count = text.split(/\r\n|\n|\r/).length
        for (const problem of problems ?? []) {
          expect(problem.line).toBeGreaterThanOrEqual(1)
          expect(problem.line).toBeLessThanOrEqual(count + 1)
          expect(problem.column).toBeGreaterThanOrEqual(1)
          expect(problem.reason).not.toBe('')
          expect(problem.remedy).not.toBe('')
        }
      }),
      { numRuns: 400 },
    )
  })

  test('a removed line is noticed unless it was optional, and never crashes', () => {
    const lines = samplePlan.split('\n')
    for (const index of lines.keys()) {
      const { problems, plan } = compile(lines.toSpliced(index, 1).join('\n'))
      expect(problems !== undefined || plan !== undefined).toBe(true)
    }
  })

  test('control characters of a plan do not reach the terminal', () => {
    const text = altered(
      ['language: en', 'language: "\\e[2Jx\\u202e"'],
      ['  title: Acme IT', '  "ti\\etle": x'],
    )
    const shown = problemsText({ file: 'plan\u001b[31m.yaml', text, problems: problemsOf(text) })
    // What remains are this program's own colours, when it uses any.
    expect(stripVTControlCharacters(shown)).not.toMatch(/[\p{Cf}]|(?!\n)\p{Cc}/u)
    expect(shown).not.toContain('\u001b[2J')
    expect(shown).not.toContain('\u001b[31m.yaml')
  })
})
