import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connectors } from '../../connectors/registry.ts'
import { compilePlan } from '../../contract/plan/compile.ts'
import { planJsonSchema } from '../../contract/plan/json-schema.ts'
import { planTemplate } from '../../contract/plan/template.ts'

const main = fileURLToPath(new URL('../../cli/main.ts', import.meta.url))

interface Ended {
  code: number
  stdout: string
  stderr: string
}

describe('reversibility plan', () => {
  let folder: string

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'plan-'))
  })

  afterAll(() => rm(folder, { recursive: true }))

  function run(args: string[], input = ''): Promise<Ended> {
    return new Promise((resolve) => {
      const options = { cwd: folder, env: { ...process.env, NO_COLOR: '1' } }
      const child = execFile(process.execPath, [main, 'plan', ...args], options, (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
      )
      child.stdin?.end(input)
    })
  }

  test.each(['fr', 'en'] as const)(
    'init writes a plan in %s that holds, and never over another',
    async (language) => {
      const file = `${language}.yaml`
      expect(await run(['init', file, '--language', language])).toMatchObject({ code: 0 })
      expect(await run(['check', file])).toMatchObject({ code: 0, stdout: expect.stringContaining('holds') })
      const before = await readFile(join(folder, file), 'utf8')
      const again = await run(['init', file])
      expect(again.code).toBe(2)
      expect(again.stderr).toContain('left alone')
      expect(await readFile(join(folder, file), 'utf8')).toBe(before)
    },
  )

  test('check shows each problem with its line, a caret and a remedy, and ends with 2', async () => {
    const text = planTemplate({ language: 'en', today: new Date() }).replace(
      'connector: files',
      'connector: fiels',
    )
    await writeFile(join(folder, 'bad.yaml'), text)
    const { code, stdout } = await run(['check', 'bad.yaml'])
    const line = text.split('\n').findIndex((one) => one.includes('fiels')) + 1
    expect(code).toBe(2)
    expect(stdout).toContain(`bad.yaml:${line}:16  sources[1].connector`)
    expect(stdout).toContain('Did you mean `files`?')
    const rows = stdout.split('\n')
    const excerpt = rows.findIndex((row) => row.includes('connector: fiels'))
    expect(rows[excerpt + 1]?.indexOf('^')).toBe(rows[excerpt]?.indexOf('fiels'))
    expect(stdout).toContain('1 problem in bad.yaml.')
  })

  test('check reads standard input, and answers programs one object a line', async () => {
    const { code, stdout } = await run(['check', '-', '--json'], 'reversibility: 1\n')
    const rows = stdout
      .trim()
      .split('\n')
      .map((row) => JSON.parse(row) as Record<string, unknown>)
    expect(code).toBe(2)
    expect(rows.at(-1)).toEqual({ type: 'summary', valid: false, problems: rows.length - 1 })
    expect(rows[0]).toMatchObject({ type: 'problem', line: 1, path: 'contract' })
  })

  test('check of a file that is not there ends with 5 and says what to do', async () => {
    const { code, stdout, stderr } = await run(['check', 'none.yaml'])
    expect({ code, stdout }).toEqual({ code: 5, stdout: '' })
    expect(stderr).toContain('reversibility plan init')
  })

  test('clocks shows every deadline with its article', async () => {
    const { code, stdout } = await run(['clocks', 'fr.yaml', '--notice', '2027-01-04'])
    expect(code).toBe(0)
    expect(stdout).toContain('usage, sans valeur légale')
    expect(stdout).toContain('plan, delivery.retention')
    expect((await run(['clocks', 'fr.yaml', '--notice', 'soon'])).code).toBe(2)
  })

  test('schema prints what is published for editors', async () => {
    const { stdout } = await run(['schema'])
    expect(JSON.parse(stdout)).toEqual(planJsonSchema(connectors))
  })

  test.each([{ args: ['--help'] }, { args: ['check', '--help'] }, { args: ['clocks', '--help'] }])(
    'teaches by example: $args',
    async ({ args }) => {
      const { code, stdout } = await run(args)
      expect(code).toBe(0)
      expect(stdout).toMatch(/Example|Exit codes/)
    },
  )
})

describe('what is published of plans', () => {
  test('docs/plan.schema.json is what the code says (else: npm run schemas)', async () => {
    const published = await readFile(new URL('../../docs/plan.schema.json', import.meta.url), 'utf8')
    expect(JSON.parse(published)).toEqual(JSON.parse(JSON.stringify(planJsonSchema(connectors))))
  })

  test('the example compiles', async () => {
    const text = await readFile(new URL('../../examples/orme/plan.yaml', import.meta.url), 'utf8')
    expect(compilePlan({ text, fileName: 'plan.yaml', connectors }).problems).toBeUndefined()
  })
})
