import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { files } from '../../connectors/files/index.ts'
import { listedLines, never, openTree, partsOf } from '../support/files-reading.ts'
import { temporaryFolder } from '../support/sample-tree.ts'
import { collect } from './conformance.ts'

const root = temporaryFolder()

beforeAll(() => {
  for (const path of [
    'Documentation/DEX-2026.pdf',
    'Documentation/old/DEX-2019.pdf',
    'Documentation/Sche\u0301ma.pdf',
    'Archives/2001/a.txt',
    'Archives/2002/b.txt',
    'top.tmp',
    'deep/er/also.tmp',
    'deep/er/kept.txt',
    '.git/config',
    'with\nnewline/a\nb.pdf',
  ]) {
    mkdirSync(join(root, path, '..'), { recursive: true })
    writeFileSync(join(root, path), path)
  }
})
afterAll(() => rmSync(root, { recursive: true }))

async function select(include: string[], exclude: string[]) {
  const { epoch, found, listing } = await openTree(root, { selection: { include, exclude } })
  const lines = await listedLines(epoch, listing)
  return {
    files: lines.filter((line) => line.type === 'file').map((line) => line.path),
    omitted: found.flatMap((item) =>
      item.type === 'omission' ? [`${item.omission.code} ${item.omission.item}`] : [],
    ),
  }
}

describe('the selection of a plan', () => {
  test('takes everything by default, hidden names and names with line ends too', async () => {
    const { files, omitted } = await select(['**'], [])
    expect(files).toHaveLength(10)
    expect(files).toContain('.git/config')
    expect(files).toContain('with\nnewline/a\nb.pdf')
    expect(omitted).toEqual([])
  })

  test('leaves out an excluded folder whole, as one omission', async () => {
    const { files, omitted } = await select(['**'], ['Archives', '**/*.tmp', '.git/**'])
    expect(files).toHaveLength(5)
    expect(omitted).toEqual([
      'excluded-by-plan .git',
      'excluded-by-plan Archives',
      'excluded-by-plan deep/er/also.tmp',
      'excluded-by-plan top.tmp',
    ])
  })

  test('takes only what is included, and says once a folder what is not', async () => {
    const { files, omitted } = await select(['Documentation/*.pdf'], [])
    expect(files).toEqual(['Documentation/DEX-2026.pdf', 'Documentation/Sche\u0301ma.pdf'])
    expect(omitted).toEqual(['excluded-by-plan Documentation', 'excluded-by-plan .'])
  })

  test.each([
    ['Documentation/**/*.pdf', 3],
    ['**/DEX-2019.pdf', 1],
    ['Doc*/old/*', 1],
    ['*/200?/*.txt', 2],
    ['{Archives/2001,deep/er}/*.txt', 2],
    ['./top.tmp', 1],
    ['/Archives/**', 2],
    ['Archives', 0],
    ['*', 1],
  ])('%s includes %i files', async (glob, count) => {
    expect((await select([glob], [])).files).toHaveLength(count)
  })

  test('finds a name whichever way its accents are written', async () => {
    expect((await select(['**/Sch\u00e9ma.pdf'], [])).files).toEqual(['Documentation/Sche\u0301ma.pdf'])
  })
})

describe('another file system mounted in the tree', () => {
  // Every Linux has its terminals mounted there.
  const selection = { include: ['pts/**'], exclude: [] }
  const omittedOf = async (crossMounts: boolean) => {
    const { found } = await openTree('/dev', { selection, crossMounts })
    return found.flatMap((item) => (item.type === 'omission' ? [item.omission] : []))
  }

  test('is left out, and said to be', async () => {
    expect(await omittedOf(false)).toContainEqual({
      datasetId: '/',
      item: 'pts',
      reason: 'Another file system is mounted here, and crossMounts is off.',
      code: 'excluded-by-plan',
    })
  })

  test('is read when the plan says so', async () => {
    const omitted = await omittedOf(true)
    expect(omitted.map(({ item }) => item)).not.toContain('pts')
    expect(omitted).toContainEqual(expect.objectContaining({ item: 'pts/ptmx', code: 'cannot-be-exported' }))
  })
})

describe('documents', () => {
  test('are located by a glob, with their size and time', async () => {
    const { epoch } = await openTree(root)
    const located = await collect(files.locateDocuments!(epoch, 'Documentation/DEX*.pdf', never))
    expect(located).toEqual([
      { path: 'Documentation/DEX-2026.pdf', bytes: 26, modifiedAt: expect.stringMatching(/^\d{4}-.*Z$/) },
    ])
    expect(await collect(files.locateDocuments!(epoch, '**/*.pdf', never))).toHaveLength(4)
    expect(await collect(files.locateDocuments!(epoch, 'missing', never))).toEqual([])
  })
})

describe('parts', () => {
  test('hold a large file alone, and no more than their target or 20,000 entries', async () => {
    const many = temporaryFolder()
    for (let at = 0; at < 20_500; at++) symlinkSync('x', join(many, `link-${at}`))
    writeFileSync(join(many, 'a-large'), Buffer.alloc(300_000))
    const { epoch, tree } = await openTree(many)
    const small = await partsOf(epoch, tree, 100_000)
    expect(small[0]).toMatchObject({ cursor: { entries: 1 }, path: 'tree/part-00000.tar' })
    for (const part of small.slice(1)) expect(part.estimatedBytes).toBeLessThanOrEqual(100_000)
    const entriesOf = (parts: typeof small) =>
      parts.map((part) => (part.cursor as { entries: number }).entries)
    expect(entriesOf(small).reduce((sum, entries) => sum + entries, 0)).toBe(20_501)
    expect(entriesOf(await partsOf(epoch, tree, 1 << 30))).toEqual([20_000, 501])
    rmSync(many, { recursive: true })
  })
})

describe('a plan', () => {
  test.each([
    [{}],
    [{ root: 'relative' }],
    [{ root: '/a', rooot: '/b' }],
    [{ root: '/a\0b' }],
    [{ root: '/a', crossMounts: 'yes' }],
  ])('that says %j is refused', (config) => {
    expect(files.config.safeParse(config).success).toBe(false)
  })
})
