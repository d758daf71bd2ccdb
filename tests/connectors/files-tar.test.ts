import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openTree, partsOf, readPart, savePart } from '../support/files-reading.ts'
import { addOwners, addSpecials, makeSampleTree, temporaryFolder } from '../support/sample-tree.ts'

const isRoot = process.geteuid?.() === 0
const base = temporaryFolder()
const root = join(base, 'tree')

/** Type, permissions, owner, size, time to the nanosecond, link target and name of every entry, as `find` sees them. */
function inventoryOf(folder: string): string {
  const format = '%y %m %U %G %s %T@ %l %P\\0'
  const { stdout, stderr, status } = spawnSync('find', ['.', '-mindepth', '1', '-printf', format], {
    cwd: folder,
    encoding: 'latin1',
    maxBuffer: 1 << 26,
  })
  if (status !== 0) throw new Error(stderr)
  return stdout
    .split('\0')
    .map((line) => (line.startsWith('d ') ? line.replace(/^(d \S+ \S+ \S+) \S+ \S+/, '$1') : line))
    .filter((line) => !/^[ps] /.test(line))
    .sort()
    .join('\n')
}

function linkGroupsOf(folder: string): string[] {
  const { stdout } = spawnSync('find', ['.', '-type', 'f', '-links', '+1', '-printf', '%i %P\\0'], {
    cwd: folder,
    encoding: 'latin1',
  })
  const groups = new Map<string, string[]>()
  for (const line of stdout.split('\0').filter((each) => each !== '')) {
    const [inode] = line.split(' ', 1)
    groups.set(inode!, [...(groups.get(inode!) ?? []), line.slice(inode!.length + 1)])
  }
  return [...groups.values()].map((names) => names.sort().join('|')).sort()
}

function run(program: string, args: string[], cwd = base): void {
  const { status, stderr, error } = spawnSync(program, args, { cwd, encoding: 'utf8' })
  if (error !== undefined || status !== 0 || stderr !== '') {
    throw new Error(`${program} ${args.join(' ')}: ${status} ${stderr} ${error?.message ?? ''}`)
  }
}

beforeAll(async () => {
  makeSampleTree(root)
  if (isRoot) addOwners(root)
  await addSpecials(root)
})
afterAll(() => {
  run('chmod', ['-R', 'u+rwX', base])
  rmSync(base, { recursive: true })
})

describe('the archives of a tree', () => {
  const extractors: Record<string, (tar: string, into: string) => void> = {
    'GNU tar': (tar, into) => run('tar', ['--warning=no-timestamp', '-xpf', tar, '-C', into]),
    'Python tarfile': (tar, into) => {
      const program = [
        'import os, sys, tarfile',
        'archive = tarfile.open(sys.argv[1], errors="surrogateescape", encoding="utf-8")',
        'archive.extractall(sys.argv[2], numeric_owner=True)',
      ].join('\n')
      run('python3', ['-W', 'ignore', '-c', program, tar, into])
    },
  }

  test.each([1 << 20, 1 << 30])(
    'in parts of %i bytes give the same tree through GNU tar',
    async (targetBytes) => {
      const { epoch, tree } = await openTree(root)
      const into = join(base, `out-${targetBytes}`)
      mkdirSync(into)
      const parts = await partsOf(epoch, tree, targetBytes)
      for (const part of parts) {
        const tar = join(base, 'part.tar')
        expect(await savePart(epoch, part, tar)).toEqual([])
        extractors['GNU tar']!(tar, into)
      }
      const expected = inventoryOf(root)
      expect(expected.split('\n').length).toBeGreaterThan(70)
      expect(inventoryOf(into)).toEqual(expected)
      expect(linkGroupsOf(into)).toEqual(linkGroupsOf(root))
      const { stdout } = spawnSync('diff', ['-r', '--no-dereference', root, into], { encoding: 'utf8' })
      expect(
        stdout.split('\n').filter((line) => line !== '' && !/^Only in .*: (pipe|socket)$/.test(line)),
      ).toEqual([])
    },
  )

  test('are read by Python too, to the second', async () => {
    const { epoch, tree } = await openTree(root)
    const [part] = await partsOf(epoch, tree, 1 << 30)
    const tar = join(base, 'python.tar')
    const into = join(base, 'python')
    mkdirSync(into)
    await savePart(epoch, part!, tar)
    extractors['Python tarfile']!(tar, into)
    // tarfile sets times through a double, and leaves those of links alone.
    const rough = (text: string) =>
      text.replace(/^l.*\n?/gm, '').replace(/^([^d]\S* \S+ \S+ \S+ \S+ -?\d+)\.\d+/gm, '$1')
    expect(rough(inventoryOf(into))).toEqual(rough(inventoryOf(root)))
  })

  test('are of as many records as entries, and the same bytes each time', async () => {
    const { epoch, tree } = await openTree(root)
    const again = await openTree(root)
    for (const part of await partsOf(epoch, tree, 1 << 22)) {
      const first = await readPart(epoch, part)
      expect(first.records).toBe((part.cursor as { entries: number }).entries)
      expect((await readPart(again.epoch, part)).bytes.equals(first.bytes)).toBe(true)
    }
  })

  test('hold no entry for a pipe or a socket: these are omissions', async () => {
    const { found } = await openTree(root)
    const omitted = found.flatMap((item) => (item.type === 'omission' ? [item.omission] : []))
    expect(omitted.map(({ item, code }) => [item, code])).toEqual([
      ['pipe', 'cannot-be-exported'],
      ['socket', 'cannot-be-exported'],
    ])
  })

  test('of an empty folder are one part, which every tar reads', async () => {
    const empty = join(base, 'nothing')
    mkdirSync(empty)
    const { epoch, tree } = await openTree(empty)
    const parts = await partsOf(epoch, tree)
    expect(parts).toHaveLength(1)
    const tar = join(base, 'nothing.tar')
    await savePart(epoch, parts[0]!, tar)
    expect(spawnSync('tar', ['-tvf', tar], { encoding: 'utf8' })).toMatchObject({
      status: 0,
      stdout: '',
      stderr: '',
    })
    expect(await epoch.fingerprint(tree, new AbortController().signal)).toEqual({
      records: 0,
      digest: '0000000000000000',
    })
  })
})
