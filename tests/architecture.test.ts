import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const cruiser = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs')

interface Cruise {
  modules: { source: string }[]
  summary: { error: number; violations: { rule: { name: string }; from: string; to: string }[] }
}

function cruise(folder: string): Promise<Cruise> {
  return new Promise((resolve, reject) => {
    const args = [cruiser, '--config', '.dependency-cruiser.cjs', '--output-type', 'json', '.']
    execFile(
      process.execPath,
      args,
      { cwd: folder, maxBuffer: 64 * 1024 * 1024 },
      (error, stdout, stderr) => {
        // It ends with the number of violations, and still prints them.
        if (stdout === '') reject(error ?? new Error(stderr))
        else resolve(JSON.parse(stdout) as Cruise)
      },
    )
  })
}

describe('the folders of this project', () => {
  test('import only what they may, without circles, and every module is read', async () => {
    const { modules, summary } = await cruise(root)
    const own = modules.filter(({ source }) => /^(?!node_modules\/)[^:]+\/[^:]+\.ts$/.test(source))
    // A cruiser that cannot read TypeScript reads no module and finds nothing wrong.
    expect(own.length).toBeGreaterThan(150)
    expect(summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`)).toEqual([])
  })
})

describe('a bad import is refused', () => {
  let folder: string

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'architecture-'))
    for (const file of ['.dependency-cruiser.cjs', 'tsconfig.json', 'package.json']) {
      await cp(join(root, file), join(folder, file))
    }
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
  })

  afterEach(() => rm(folder, { recursive: true }))

  async function violationsOf(files: Record<string, string>): Promise<string[]> {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true })
      await writeFile(join(folder, path), text)
    }
    const { summary } = await cruise(folder)
    return summary.violations.map(({ rule, from }) => `${rule.name}: ${from}`)
  }

  const module = 'export const a = 1\nexport type A = number\n'
  const value = (path: string) => `import { a } from '${path}'\nexport const b = a\n`
  const type = (path: string) => `import type { A } from '${path}'\nexport type B = A\n`

  test.each([
    ['the contract imports a connector', 'contract/b.ts', 'connectors/a.ts', 'contract-imports'],
    ['a connector imports packaging', 'connectors/x/b.ts', 'packaging/a.ts', 'connectors-imports'],
    ['packaging knows the workflow engine', 'packaging/b.ts', 'temporal/a.ts', 'packaging-imports'],
    ['the store imports an activity', 'store/b.ts', 'activities/a.ts', 'store-imports'],
    ['an activity imports a workflow', 'activities/b.ts', 'workflows/a.ts', 'activities-imports'],
    ['a service imports an activity', 'service/b.ts', 'activities/a.ts', 'service-imports'],
    ['the product imports the local stack', 'worker/b.ts', 'stack/a.ts', 'worker-imports'],
    ['the local stack imports the product', 'stack/b.ts', 'contract/a.ts', 'stack-imports'],
    ['the product imports a test', 'activities/b.ts', 'tests/support/a.ts', 'activities-imports'],
    ['a service imports the command line', 'service/b.ts', 'cli/a.ts', 'ends-are-not-imported'],
    ['the command line imports the worker', 'cli/b.ts', 'worker/a.ts', 'ends-are-not-imported'],
  ])('when %s', async (_, from, to, rule) => {
    const up = '../'.repeat(from.split('/').length - 1)
    expect(await violationsOf({ [to]: module, [from]: value(up + to) })).toContain(`${rule}: ${from}`)
  })

  test('when a workflow imports an activity as a value, and not when as a type', async () => {
    const found = await violationsOf({
      'activities/a.ts': module,
      'workflows/value.ts': value('../activities/a.ts'),
      'workflows/type.ts': type('../activities/a.ts'),
    })
    expect(found).toEqual(['workflows-know-activities-as-types-only: workflows/value.ts'])
  })

  test('when a workflow or the contract reaches for the machine', async () => {
    const read = "import { readFile } from 'node:fs/promises'\nexport const b = readFile\n"
    const found = await violationsOf({
      'workflows/a.ts': read,
      'contract/a.ts': read,
      'workflows/zod.ts': "import { z } from 'zod'\nexport const b = z\n",
    })
    expect(found.sort()).toEqual([
      'contract-is-pure: contract/a.ts',
      'workflows-are-deterministic: workflows/a.ts',
      'workflows-are-deterministic: workflows/zod.ts',
    ])
  })

  test('when two modules need each other, even as types', async () => {
    const found = await violationsOf({
      'contract/a.ts': "import type { B } from './b.ts'\nexport type A = B\n",
      'contract/b.ts': "import type { A } from './a.ts'\nexport type B = A\n",
    })
    expect(found).toContain('no-circles: contract/a.ts')
  })

  test('when an import leads nowhere, or to a development tool', async () => {
    const found = await violationsOf({
      'store/a.ts': "import { b } from './missing.ts'\nexport const a = b\n",
      'store/tool.ts': "import { test } from 'vitest'\nexport const a = test\n",
    })
    expect(found.sort()).toEqual(['declared-dependencies: store/tool.ts', 'nothing-unresolved: store/a.ts'])
  })
})
