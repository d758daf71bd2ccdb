import { chmodSync, existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { files } from '../../connectors/files/index.ts'
import { filesRestore } from '../../connectors/files/restore.ts'
import { asNobody } from '../support/as-nobody.ts'
import { bytesOf, never, openTree, partsOf, readPart } from '../support/files-reading.ts'
import { memoryWorkspace } from '../support/memory-workspace.ts'
import { makeSampleTree, temporaryFolder } from '../support/sample-tree.ts'
import { collect, rejection } from './conformance.ts'

let base: string
beforeEach(() => {
  base = temporaryFolder()
  chmodSync(base, 0o777)
})
afterEach(() => {
  rmSync(base, { recursive: true })
})

describe('a user who may not do everything', () => {
  test('delivers and restores a tree, folders that no one may write to included', async () => {
    await asNobody(async () => {
      const root = join(base, 'tree')
      makeSampleTree(root)
      mkdirSync(join(root, 'sealed'))
      writeFileSync(join(root, 'sealed/file'), 'sealed')
      chmodSync(join(root, 'sealed'), 0o500)
      const { epoch, tree, found } = await openTree(root)
      expect(found.filter((item) => item.type !== 'dataset')).toEqual([])
      const scratch = await filesRestore.open({ folder: base }, 'rights', { fresh: true }, async () => '')
      const description = await epoch.describe(tree, never)
      for (const part of await partsOf(epoch, tree, 100_000)) {
        const { bytes } = await readPart(epoch, part)
        const volume = { dataset: tree, description, partIndex: part.index, path: part.path }
        await scratch.load(volume, bytesOf(bytes), never)
      }
      const expected = await epoch.fingerprint(tree, never)
      expect(await scratch.fingerprint(tree, never)).toEqual(expected)
      expect(await scratch.fingerprint(tree, never)).toEqual(expected)
      expect(statSync(join(base, 'rev_rights/tree/sealed')).mode & 0o7777).toBe(0o500)
      await scratch.destroy()
      expect(existsSync(join(base, 'rev_rights'))).toBe(false)
      for (const name of ['sealed', 'read-only']) chmodSync(join(root, name), 0o700)
    })
  })

  test('is told of every folder and file that may not be read, and what to do', async () => {
    const root = join(base, 'tree')
    mkdirSync(join(root, 'closed'), { recursive: true })
    mkdirSync(join(root, 'listed'))
    for (const name of ['open', 'secret', 'closed/hidden', 'listed/unseen'])
      writeFileSync(join(root, name), name)
    await asNobodyWith(
      root,
      [
        ['closed', 0o000],
        ['secret', 0o000],
        ['listed', 0o444],
      ],
      async () => {
        const { found } = await openTree(root)
        const reports = found.filter((item) => item.type === 'partial-access')
        expect(reports.map(({ item }) => item)).toEqual(['closed', 'listed/unseen', 'secret'])
        for (const { remedy } of reports) expect(remedy).toContain('setfacl')
      },
    )
  })

  test('is refused a tree whose root may not be read', async () => {
    const root = join(base, 'tree')
    mkdirSync(root)
    await asNobodyWith(root, [['.', 0o000]], async () => {
      expect(await rejection(openTree(root))).toMatchObject({ type: 'access-denied' })
    })
  })

  test('is told when a file may no longer be read: it is not left out in silence', async () => {
    const root = join(base, 'tree')
    mkdirSync(root)
    writeFileSync(join(root, 'file'), 'content')
    const context = {
      secrets: async () => '',
      workspace: memoryWorkspace(),
      selection: { include: ['**'], exclude: [] },
      maxConnections: 1,
    }
    const connector = await files.open({ root }, context)
    const { token } = await connector.openEpoch(never)
    await asNobodyWith(root, [['file', 0o000]], async () => {
      const epoch = await connector.joinEpoch(token, never)
      const [tree] = (await collect(epoch.discover(never))).flatMap((item) =>
        item.type === 'dataset' && item.dataset.id === '/' ? [item.dataset] : [],
      )
      const [part] = await partsOf(epoch, tree!)
      expect(await rejection(readPart(epoch, part!))).toMatchObject({
        type: 'access-denied',
        subject: 'file',
      })
      expect(await rejection(epoch.fingerprint(tree!, never))).toMatchObject({ type: 'access-denied' })
    })
  })
})

/** Changes permissions, does the work as nobody, and changes them back. */
async function asNobodyWith(
  root: string,
  modes: [string, number][],
  work: () => Promise<void>,
): Promise<void> {
  for (const [name, mode] of modes) chmodSync(join(root, name), mode)
  try {
    await asNobody(work)
  } finally {
    for (const [name] of modes) chmodSync(join(root, name), 0o700)
  }
}
