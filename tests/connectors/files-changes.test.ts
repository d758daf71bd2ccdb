import {
  appendFileSync,
  closeSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Epoch } from '../../connectors/connector.ts'
import type { Dataset, Omission } from '../../contract/dataset.ts'
import { combineFingerprints, type Fingerprint } from '../../contract/fingerprint.ts'
import { fingerprintVolume } from '../../packaging/formats/fingerprint-volume.ts'
import { readTar } from '../../packaging/formats/tar-reader.ts'
import { bytesOf, never, openTree, partsOf, readPart } from '../support/files-reading.ts'
import { countOpenBelow } from '../support/open-files.ts'
import { temporaryFolder } from '../support/sample-tree.ts'
import { rejection } from './conformance.ts'

let root: string
beforeEach(() => {
  root = temporaryFolder()
})
afterEach(() => rmSync(root, { recursive: true }))

const largeBytes = 8 * 1024 * 1024

async function deliver(epoch: Epoch, tree: Dataset) {
  const contents = new Map<string, string>()
  const omissions: Omission[] = []
  const fingerprints: Fingerprint[] = []
  for (const part of await partsOf(epoch, tree)) {
    const reading = await readPart(epoch, part)
    omissions.push(...reading.omissions)
    fingerprints.push((await fingerprintVolume('tar', bytesOf(reading.bytes)))!)
    for await (const entry of readTar(bytesOf(reading.bytes))) {
      const chunks: Uint8Array[] = []
      for await (const chunk of entry.content) chunks.push(chunk)
      const text = entry.type === 'file' ? Buffer.concat(chunks).toString() : `${entry.type} ${entry.target}`
      contents.set(entry.path.toString(), text)
    }
  }
  return { contents, omissions, fingerprint: combineFingerprints(fingerprints) }
}

describe.each([
  ['a small file', 3_000],
  ['a large file', largeBytes],
])('%s', (_, bytes) => {
  const before = 'a'.repeat(bytes)
  let path: string
  beforeEach(() => {
    path = join(root, 'file')
    writeFileSync(path, before)
    writeFileSync(join(root, 'other'), 'other')
  })

  const changes: Record<string, () => void> = {
    'that grew': () => appendFileSync(path, 'b'.repeat(100)),
    'that shrank': () => truncateSync(path, bytes - 100),
    'that was emptied': () => truncateSync(path, 0),
    'of which one byte changed': () => {
      const fd = openSync(path, 'r+')
      writeSync(fd, 'b', 10)
      closeSync(fd)
    },
    'that was replaced by one of the same size and time': () => {
      utimesSync(path, 1_700_000_000, 1_700_000_000)
      writeFileSync(`${path}.new`, 'c'.repeat(bytes))
      utimesSync(`${path}.new`, 1_700_000_000, 1_700_000_000)
      renameSync(`${path}.new`, path)
    },
  }
  test.each(Object.keys(changes))(
    '%s after the listing is delivered whole as it is, and reported',
    async (name) => {
      const { epoch, tree } = await openTree(root)
      changes[name]!()
      const { contents, omissions, fingerprint } = await deliver(epoch, tree)
      expect(contents.get('file') === readFileSync(path, 'utf8')).toBe(true)
      expect(contents.get('other')).toBe('other')
      expect(omissions.map(({ item, code }) => [item, code])).toEqual([['file', 'changed-while-read']])
      expect(await epoch.fingerprint(tree, never)).toEqual(fingerprint)
      expect(countOpenBelow(root)).toBe(0)
    },
  )

  const losses: Record<string, () => void> = {
    removed: () => rmSync(path),
    'replaced by a folder': () => {
      rmSync(path)
      mkdirSync(path)
    },
    'replaced by a link': () => {
      rmSync(path)
      symlinkSync('/etc/passwd', path)
    },
  }
  test.each(Object.keys(losses))(
    '%s after the listing is reported, and the rest is delivered',
    async (name) => {
      const { epoch, tree } = await openTree(root)
      losses[name]!()
      const { contents, omissions, fingerprint } = await deliver(epoch, tree)
      expect([...contents]).toEqual([['other', 'other']])
      expect(omissions.map(({ item, code }) => [item, code])).toEqual([['file', 'changed-while-read']])
      expect(await epoch.fingerprint(tree, never)).toEqual(fingerprint)
      expect(fingerprint.records).toBe(1)
    },
  )

  test('written to without a pause is delivered whole or left out, and reported', async () => {
    const { epoch, tree } = await openTree(root)
    appendFileSync(path, 'b')
    const writing = setInterval(() => appendFileSync(path, 'b'), 0)
    try {
      const { contents, omissions } = await deliver(epoch, tree)
      expect(omissions.map(({ item, code }) => [item, code])).toEqual([['file', 'changed-while-read']])
      const delivered = contents.get('file')
      if (delivered !== undefined) expect(/^a+b+$/.test(delivered)).toBe(true)
      expect(contents.get('other')).toBe('other')
    } finally {
      clearInterval(writing)
    }
  })
})

describe('a large file written to while its content goes out', () => {
  test.each(['grows', 'shrinks'])(
    '%s: the part fails, to be read again, and then holds it whole',
    async (how) => {
      const path = join(root, 'file')
      writeFileSync(path, Buffer.alloc(largeBytes, 'a'))
      const { epoch, tree } = await openTree(root)
      const [part] = await partsOf(epoch, tree)
      const firstAttempt = (async () => {
        let chunks = 0
        for await (const _ of epoch.read(part!, never).bytes) {
          if (chunks++ > 0) continue
          if (how === 'grows') appendFileSync(path, 'b')
          else truncateSync(path, 3_000_000)
        }
      })()
      expect(await rejection(firstAttempt)).toMatchObject({ type: 'unavailable', subject: 'file' })
      const { contents, omissions } = await deliver(epoch, tree)
      expect(contents.get('file') === readFileSync(path, 'utf8')).toBe(true)
      expect(omissions).toHaveLength(1)
      expect(countOpenBelow(root)).toBe(0)
    },
  )
})

describe('a folder', () => {
  test('that became a link to elsewhere is not followed', async () => {
    const elsewhere = temporaryFolder()
    mkdirSync(join(root, 'folder'))
    writeFileSync(join(root, 'folder/file'), 'ours')
    writeFileSync(join(elsewhere, 'file'), 'not ours')
    const { epoch, tree } = await openTree(root)
    rmSync(join(root, 'folder'), { recursive: true })
    symlinkSync(elsewhere, join(root, 'folder'))
    const { contents, omissions, fingerprint } = await deliver(epoch, tree)
    expect([...contents.keys()]).toEqual(['folder/'])
    expect(omissions).toHaveLength(1)
    expect(await epoch.fingerprint(tree, never)).toEqual(fingerprint)
    rmSync(elsewhere, { recursive: true })
  })

  test('filled after the listing is delivered as it was', async () => {
    mkdirSync(join(root, 'folder'))
    const { epoch, tree } = await openTree(root)
    const before = await deliver(epoch, tree)
    writeFileSync(join(root, 'folder/new'), 'new')
    expect(await deliver(epoch, tree)).toEqual(before)
    expect(before.omissions).toEqual([])
  })
})

describe('a file with two names', () => {
  beforeEach(() => {
    writeFileSync(join(root, 'one'), 'content')
    linkSync(join(root, 'one'), join(root, 'two'))
  })

  test('is one file and one link', async () => {
    const { epoch, tree } = await openTree(root)
    const { contents, omissions } = await deliver(epoch, tree)
    expect([...contents]).toEqual([
      ['one', 'content'],
      ['two', 'link one'],
    ])
    expect(omissions).toEqual([])
  })

  test.each<[string, () => void, [string, string][]]>([
    ['whose first name is gone', () => rmSync(join(root, 'one')), [['two', 'content']]],
    ['whose second name is gone', () => rmSync(join(root, 'two')), [['one', 'content']]],
    [
      'whose first name is another file by now',
      () => {
        rmSync(join(root, 'one'))
        writeFileSync(join(root, 'one'), 'another')
      },
      [
        ['one', 'another'],
        ['two', 'content'],
      ],
    ],
    [
      'that was written to',
      () => appendFileSync(join(root, 'two'), ' and more'),
      [
        ['one', 'content and more'],
        ['two', 'content and more'],
      ],
    ],
  ])('%s keeps its content under each name that is left', async (_, change, expected) => {
    const { epoch, tree } = await openTree(root)
    change()
    const { contents, omissions, fingerprint } = await deliver(epoch, tree)
    expect([...contents]).toEqual(expected)
    expect(omissions.length).toBeGreaterThan(0)
    expect(await epoch.fingerprint(tree, never)).toEqual(fingerprint)
  })
})
