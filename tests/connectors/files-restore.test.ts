import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { type Header, pack } from 'tar-stream'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import type { ScratchTarget } from '../../connectors/connector.ts'
import { filesRestore } from '../../connectors/files/restore.ts'
import type { Dataset } from '../../contract/dataset.ts'
import { bytesOf, never, openTree, partsOf, readPart } from '../support/files-reading.ts'
import { makeSampleTree, temporaryFolder } from '../support/sample-tree.ts'
import { rejection } from './conformance.ts'

const base = temporaryFolder()
const outside = join(base, 'outside')
const folder = join(base, 'scratch')
const tree = join(folder, 'rev_hostile', 'tree')
mkdirSync(outside)
mkdirSync(folder)
afterAll(() => rmSync(base, { recursive: true }))

const dataset: Dataset = {
  id: '/',
  kind: 'tree',
  slug: 'tree',
  format: 'tar',
  restoreStage: 'data',
  estimatedBytes: 0,
  hasRecords: true,
}
const secrets = async () => ''
let scratch: ScratchTarget
let volumes = 0

beforeEach(async () => {
  writeFileSync(join(outside, 'secret'), 'secret')
  scratch = await filesRestore.open({ folder }, 'hostile', { fresh: true }, secrets)
})

function load(bytes: Buffer) {
  const path = `tree/part-${String(volumes++).padStart(5, '0')}.tar`
  const description = { datasetId: '/', title: 'tree', notes: [] }
  return scratch.load({ dataset, description, partIndex: volumes, path }, bytesOf(bytes), never)
}

async function tarOf(
  ...entries: [Partial<Header> & { name: string }, (string | Buffer)?][]
): Promise<Buffer> {
  const archive = pack()
  for (const [header, content] of entries) {
    if (content === undefined) archive.entry(header)
    else archive.entry(header, content as string)
  }
  archive.finalize()
  const chunks: Buffer[] = []
  for await (const chunk of archive) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

describe('an archive from a stranger', () => {
  const hostile: Record<string, Parameters<typeof tarOf>> = {
    'an absolute name': [[{ name: join(outside, 'planted') }, 'x']],
    'a name that goes up': [[{ name: '../planted' }, 'x']],
    'a name that goes up later': [[{ name: 'a/../../planted' }, 'x']],
    'a long name that goes up': [[{ name: 'a', pax: { path: '../planted' } }, 'x']],
    'a name with an inner dot': [[{ name: 'a/./b' }, 'x']],
    'a name with an empty segment': [[{ name: 'a//b' }, 'x']],
    'a folder that goes up': [[{ name: '../planted', type: 'directory' }]],
    'a link as the way to a file': [
      [{ name: 'way', type: 'symlink', linkname: outside }],
      [{ name: 'way/planted' }, 'x'],
    ],
    'a link as the way to a folder': [
      [{ name: 'way', type: 'symlink', linkname: outside }],
      [{ name: 'way/planted', type: 'directory' }],
    ],
    'a link as the way to a link': [
      [{ name: 'way', type: 'symlink', linkname: '..' }],
      [{ name: 'way/way', type: 'symlink', linkname: '..' }],
    ],
    'a link in place of a folder': [
      [{ name: 'way', type: 'directory' }],
      [{ name: 'way', type: 'symlink', linkname: outside }],
      [{ name: 'way/planted' }, 'x'],
    ],
    'a second name for a file outside': [
      [{ name: 'stolen', type: 'link', linkname: join(outside, 'secret') }],
    ],
    'a second name that goes up': [[{ name: 'stolen', type: 'link', linkname: '../../../outside/secret' }]],
    'a second name for a link': [
      [{ name: 'way', type: 'symlink', linkname: join(outside, 'secret') }],
      [{ name: 'stolen', type: 'link', linkname: 'way' }],
    ],
    'a second name through a link': [
      [{ name: 'way', type: 'symlink', linkname: outside }],
      [{ name: 'stolen', type: 'link', linkname: 'way/secret' }],
    ],
    'a second name for nothing': [[{ name: 'stolen', type: 'link', linkname: 'missing' }]],
    'a device': [[{ name: 'device', type: 'character-device', devmajor: 1, devminor: 3 }]],
    'a pipe': [[{ name: 'pipe', type: 'fifo' }]],
    'a file below a file': [
      [{ name: 'a' }, 'x'],
      [{ name: 'a/b' }, 'x'],
    ],
  }

  test.each(Object.keys(hostile))('with %s is refused, and touches nothing outside', async (name) => {
    const error = await rejection(load(await tarOf(...hostile[name]!)))
    expect(error).toMatchObject({ name: 'ReversibilityError', type: 'integrity-mismatch' })
    expect(readdirSync(outside)).toEqual(['secret'])
    expect(readFileSync(join(outside, 'secret'), 'utf8')).toBe('secret')
    expect(lstatSync(join(outside, 'secret')).nlink).toBe(1)
    expect(readdirSync(base).sort()).toEqual(['outside', 'scratch'])
    expect(readdirSync(folder)).toEqual(['rev_hostile'])
    expect(readdirSync(join(folder, 'rev_hostile')).sort()).toEqual([
      'ledger',
      'listing',
      'made-by-reversibility',
      'tree',
    ])
  })

  test('cannot write through a link that another volume brought', async () => {
    await load(await tarOf([{ name: 'way', type: 'symlink', linkname: outside }]))
    expect(await rejection(load(await tarOf([{ name: 'way/planted' }, 'x'])))).toMatchObject({
      type: 'integrity-mismatch',
    })
    await load(await tarOf([{ name: 'way' }, 'now a file']))
    expect(readFileSync(join(tree, 'way'), 'utf8')).toBe('now a file')
    expect(readdirSync(outside)).toEqual(['secret'])
  })

  test('keeps links as they are, wherever they point', async () => {
    await load(await tarOf([{ name: 'up', type: 'symlink', linkname: '../../../../etc' }]))
    expect(readlinkSync(join(tree, 'up'))).toBe('../../../../etc')
  })

  test('with a name twice keeps the last', async () => {
    await load(
      await tarOf([{ name: 'a' }, 'first'], [{ name: 'a' }, 'second'], [{ name: './b/', type: 'directory' }]),
    )
    expect(readFileSync(join(tree, 'a'), 'utf8')).toBe('second')
  })

  test('cut short anywhere is refused', async () => {
    const whole = await tarOf(
      [{ name: 'a' }, 'x'.repeat(700)],
      [{ name: 'b' }, 'y'],
      [{ name: 'd', type: 'directory' }],
    )
    for (let length = 0; length < whole.length; length += 256) {
      expect(await rejection(load(whole.subarray(0, length))), `${length} bytes`).toMatchObject({
        type: 'integrity-mismatch',
      })
    }
    await load(whole)
  })

  test('with a damaged header is refused', async () => {
    const whole = await tarOf([{ name: 'a' }, 'x'], [{ name: 'b' }, 'y'])
    for (const at of [0, 100, 130, 150, 1024, 1024 + 156]) {
      const damaged = Buffer.from(whole)
      damaged[at]! ^= 0x41
      expect(await rejection(load(damaged)), `at ${at}`).toMatchObject({ type: 'integrity-mismatch' })
    }
  })

  test('that is no archive at all is refused', async () => {
    expect(await rejection(load(Buffer.alloc(4096, 'not a tar ')))).toMatchObject({
      type: 'integrity-mismatch',
    })
  })
})

describe('a scratch tree', () => {
  test('takes up a volume that was loaded halfway', async () => {
    const source = join(base, 'source')
    makeSampleTree(source)
    const { epoch, tree: dataset } = await openTree(source)
    const [part] = await partsOf(epoch, dataset, 1 << 30)
    const { bytes } = await readPart(epoch, part!)
    const volume = {
      dataset,
      description: await epoch.describe(dataset, never),
      partIndex: 0,
      path: part!.path,
    }
    async function* brokenOff() {
      yield bytes.subarray(0, Math.floor(bytes.length / 2))
      throw new Error('the network went away')
    }
    expect(String(await rejection(scratch.load(volume, brokenOff(), never)))).toContain(
      'the network went away',
    )
    expect(await scratch.fingerprint(dataset, never)).not.toEqual(await epoch.fingerprint(dataset, never))
    await scratch.load(volume, bytesOf(bytes), never)
    expect(await scratch.fingerprint(dataset, never)).toEqual(await epoch.fingerprint(dataset, never))
    rmSync(source, { recursive: true })
  })

  test('shows in its fingerprint what was altered after loading', async () => {
    await load(await tarOf([{ name: 'a', mode: 0o644 }, 'first'], [{ name: 'b', type: 'directory' }]))
    const before = await scratch.fingerprint(dataset, never)
    writeFileSync(join(tree, 'a'), 'other')
    expect(await scratch.fingerprint(dataset, never)).not.toEqual(before)
  })

  test('is not loaded from a cancelled call', async () => {
    const volume = {
      dataset,
      description: { datasetId: '/', title: '', notes: [] },
      partIndex: 0,
      path: 'x.tar',
    }
    const abort = new AbortController()
    async function* slow() {
      yield await tarOf([{ name: 'a' }, 'x'.repeat(3000)])
      abort.abort()
      await new Promise(() => {})
    }
    expect(await rejection(scratch.load(volume, slow(), abort.signal))).toMatchObject({ type: 'cancelled' })
  })

  test('never uses or removes a folder that it did not make', async () => {
    const foreign = join(folder, 'rev_foreign')
    mkdirSync(foreign)
    writeFileSync(join(foreign, 'precious'), 'precious')
    const open = filesRestore.open({ folder }, 'foreign', { fresh: true }, secrets)
    expect(await rejection(open)).toMatchObject({ type: 'invalid-input' })
    expect(readdirSync(foreign)).toEqual(['precious'])
    rmSync(foreign, { recursive: true })
    symlinkSync(outside, foreign)
    const again = filesRestore.open({ folder }, 'foreign', { fresh: true }, secrets)
    expect(await rejection(again)).toMatchObject({ type: 'invalid-input' })
    expect(readdirSync(outside)).toEqual(['secret'])
    rmSync(foreign)
  })

  test('is refused below a folder that is not there, and under a name that leads elsewhere', async () => {
    const missing = filesRestore.open({ folder: join(base, 'missing') }, 'a', { fresh: true }, secrets)
    expect(await rejection(missing)).toMatchObject({ type: 'not-found' })
    const elsewhere = filesRestore.open({ folder }, '../a', { fresh: true }, secrets)
    expect(await rejection(elsewhere)).toMatchObject({ type: 'invalid-input' })
  })

  test('goes away with all it holds, and leaves what links pointed at', async () => {
    await load(await tarOf([{ name: 'way', type: 'symlink', linkname: outside }], [{ name: 'd/e/f' }, 'x']))
    await scratch.destroy()
    expect(readdirSync(folder)).toEqual([])
    expect(readdirSync(outside)).toEqual(['secret'])
  })
})
