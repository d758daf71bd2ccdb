import { createHash } from 'node:crypto'
import type { Stats } from 'node:fs'
import { lstat, mkdtemp, readdir, readFile, readlink, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dateDocuments } from '../../examples/orme/documents.ts'
import { writeShare } from '../../examples/orme/share.ts'

const now = new Date('2026-09-01T10:00:00Z')
const folders: string[] = []
async function newShare(seed: number): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'orme-share-'))
  folders.push(folder)
  await writeShare({ folder, seed, now })
  return join(folder, 'partage')
}
afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true })
})

/** Paths as Latin-1, so that names that are not UTF-8 stay distinct. */
async function entriesOf(root: string): Promise<Map<string, Stats>> {
  const entries = new Map<string, Stats>()
  const rootBytes = Buffer.from(root)
  const pending: Buffer[] = [Buffer.alloc(0)]
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    const absolute = Buffer.concat([rootBytes, Buffer.from('/'), folder])
    for (const name of await readdir(absolute, { encoding: 'buffer' })) {
      const path = folder.length === 0 ? name : Buffer.concat([folder, Buffer.from('/'), name])
      const stats = await lstat(Buffer.concat([rootBytes, Buffer.from('/'), path]))
      entries.set(path.toString('latin1'), stats)
      if (stats.isDirectory()) pending.push(path)
    }
  }
  return entries
}

/** One digest of names, kinds, modes, dates, contents and link targets. */
async function digestOf(root: string): Promise<string> {
  const hash = createHash('sha256')
  for (const [path, stats] of [...(await entriesOf(root))].sort(([a], [b]) => (a < b ? -1 : 1))) {
    hash.update(`${path}\0${stats.mode}\0${stats.mtimeMs}\0`)
    const absolute = Buffer.from(`${Buffer.from(root).toString('latin1')}/${path}`, 'latin1')
    if (stats.isFile()) hash.update(await readFile(absolute))
    if (stats.isSymbolicLink()) hash.update(await readlink(absolute))
  }
  return hash.digest('hex')
}

describe('the file share', () => {
  let root: string
  let entries: Map<string, Stats>
  let names: Buffer[]
  beforeAll(async () => {
    root = await newShare(42)
    entries = await entriesOf(root)
    names = [...entries.keys()].map((path) => Buffer.from(path.split('/').at(-1)!, 'latin1'))
  })
  const having = (rule: (stats: Stats) => boolean) => [...entries.values()].filter(rule)

  test('holds 5,000 files and one of 64 MiB', () => {
    expect(having((stats) => stats.isFile()).length).toBeGreaterThanOrEqual(5_000)
    expect(Math.max(...having((stats) => stats.isFile()).map(({ size }) => size))).toBe(64 * 1024 * 1024)
  })

  test('holds what copying tools stumble over', async () => {
    expect(having((stats) => stats.isSymbolicLink())).toHaveLength(6)
    expect(having((stats) => stats.isFile() && stats.nlink === 3)).toHaveLength(3)
    expect(new Set(having((stats) => stats.isFile()).map(({ mode }) => mode & 0o777)).size).toBeGreaterThan(4)
    expect(names.filter((name) => name.length === 255)).toHaveLength(2)
    expect(names.filter((name) => !name.equals(Buffer.from(name.toString('utf8'))))).toHaveLength(1)
    expect([...entries.keys()].some((path) => path.length > 700)).toBe(true)
    expect(names.some((name) => name.includes('\n'))).toBe(true)
    expect(await readdir(join(root, 'Échanges', 'Vide', 'Vide aussi'))).toEqual([])
    await expect(stat(join(root, 'Échanges', 'lien rompu'))).rejects.toThrow(/ENOENT/)
  })

  test('has the faults that its plan is to find', async () => {
    expect(having((stats) => stats.isSocket())).toHaveLength(1)
    const documents = await readdir(join(root, 'Documentation'))
    expect(documents.filter((name) => name.startsWith('Registre'))).toEqual([])
    const recovery = await stat(join(root, 'Documentation', 'Plan de reprise d’activité.md'))
    expect(now.getTime() - recovery.mtimeMs).toBeGreaterThan(366 * 86_400_000)
    const file = await stat(join(root, 'Documentation', 'DEX - Dossier d’exploitation.pdf'))
    expect(now.getTime() - file.mtimeMs).toBeLessThan(365 * 86_400_000)
  })

  test('is the same again from the same seed, and another from another', async () => {
    const digest = await digestOf(root)
    expect(await digestOf(await newShare(42))).toBe(digest)
    expect(await digestOf(await newShare(43))).not.toBe(digest)
  })

  test('lets its documents be dated anew as the calendar moves on', async () => {
    const later = new Date('2027-03-01T10:00:00Z')
    await dateDocuments(root, later)
    const { mtime } = await stat(join(root, 'Documentation', 'Inventaire des équipements.csv'))
    expect(mtime).toEqual(new Date('2027-02-13T10:00:00Z'))
  })
})
