import { spawnSync } from 'node:child_process'
import { linkSync, mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import {
  decimalSeconds,
  type Entry,
  entryLine,
  parseDecimalSeconds,
  parseEntryLine,
  wholeSeconds,
} from '../../connectors/files/entry.ts'
import { filesRestore } from '../../connectors/files/restore.ts'
import { tarEnd, tarHeader, tarPadding } from '../../connectors/files/tar-header.ts'
import { combineFingerprints } from '../../contract/fingerprint.ts'
import { fingerprintVolume } from '../../packaging/formats/fingerprint-volume.ts'
import { readTar } from '../../packaging/formats/tar-reader.ts'
import { bytesOf, never, openTree, partsOf, readPart } from '../support/files-reading.ts'
import { temporaryFolder } from '../support/sample-tree.ts'

const base = temporaryFolder()
afterAll(() => rmSync(base, { recursive: true }))

const segment = fc
  .oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }).map((text) => Buffer.from(text)),
    fc.uint8Array({ minLength: 1, maxLength: 255 }).map((bytes) => Buffer.from(bytes)),
    fc.string({ minLength: 1, maxLength: 255 }).map((text) => Buffer.from(text)),
  )
  .filter((name) => name.length <= 255 && !name.includes(0) && !name.includes(0x2f))
  .filter((name) => !['.', '..'].includes(name.toString('latin1')))

const path = fc
  .array(segment, { minLength: 1, maxLength: 6 })
  .map((segments) =>
    Buffer.concat(segments.flatMap((name, at) => (at === 0 ? [name] : [Buffer.from('/'), name]))),
  )
const target = fc
  .uint8Array({ minLength: 1, maxLength: 400 })
  .map((bytes) => Buffer.from(bytes.map((byte) => byte || 1)))
const owner = fc.oneof(fc.constant(''), fc.string({ maxLength: 40 }))

const entry: fc.Arbitrary<Entry> = fc
  .record({
    type: fc.constantFrom('file' as const, 'directory' as const, 'symlink' as const, 'hardlink' as const),
    path,
    bytes: fc.nat(3_000),
    mode: fc.nat(0o7777),
    uid: fc.nat(4_294_967_295),
    gid: fc.nat(4_294_967_295),
    user: owner,
    group: owner,
    mtimeNanoseconds: fc.bigInt({ min: -(1n << 62n), max: 1n << 63n }),
    inode: fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
    target,
    linked: path,
  })
  .map(({ target, linked, ...rest }) => {
    if (rest.type === 'symlink') return { ...rest, bytes: 0, target }
    if (rest.type === 'hardlink') return { ...rest, target: linked }
    return rest.type === 'file' ? rest : { ...rest, bytes: 0 }
  })

describe('an entry of any kind', () => {
  test('comes back from its line in the listing as it was', () => {
    fc.assert(
      fc.property(entry, (entry) => {
        const line = entryLine(entry)
        expect(line).not.toContain('\n')
        expect(parseEntryLine(line)).toEqual(entry)
      }),
      { numRuns: 2_000 },
    )
  })

  test('comes back from its place in an archive as it was', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { maxLength: 4 }), async (entries) => {
        const blocks = entries.flatMap((each) => {
          const content = Buffer.alloc(each.type === 'file' ? each.bytes : 0, 7)
          return [tarHeader(each), content, Buffer.alloc(tarPadding(content.length))]
        })
        const bytes = Buffer.concat([...blocks, tarEnd])
        expect(bytes.length % 512).toBe(0)
        let at = 0
        for await (const read of readTar(bytesOf(bytes))) {
          const expected = entries[at++]!
          expect(read.type).toBe(expected.type === 'hardlink' ? 'link' : expected.type)
          const slash = expected.type === 'directory' ? '/' : ''
          expect(read.path.toString('latin1')).toBe(expected.path.toString('latin1') + slash)
          expect(read.target.toString('latin1')).toBe((expected.target ?? Buffer.alloc(0)).toString('latin1'))
          expect(read.mode).toBe(expected.mode)
          expect(read.size).toBe(expected.type === 'file' ? expected.bytes : 0)
          expect(BigInt(read.mtime.seconds) * 1_000_000_000n + BigInt(read.mtime.nanoseconds)).toBe(
            expected.mtimeNanoseconds,
          )
        }
        expect(at).toBe(entries.length)
      }),
      { numRuns: 500 },
    )
  })

  test('has a time that no way of writing it changes', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(1n << 70n), max: 1n << 70n }), (time) => {
        fc.pre(String(time / 1_000_000_000n).length <= 18)
        expect(parseDecimalSeconds(decimalSeconds(time))).toBe(time)
        const floor = BigInt(wholeSeconds(time))
        if (time > -(1n << 52n) && time < 1n << 52n) {
          expect(floor * 1_000_000_000n <= time && time < (floor + 1n) * 1_000_000_000n).toBe(true)
        }
      }),
    )
  })
})

describe('a tree of any shape', () => {
  const item = fc.record({
    folder: fc.nat(5),
    name: segment,
    kind: fc.constantFrom('file', 'file', 'folder', 'symlink', 'hardlink'),
    bytes: fc.oneof(fc.nat(2_000), fc.nat(40_000), fc.constant(1_048_577)),
    seconds: fc.integer({ min: -1_000_000_000, max: 4_000_000_000 }),
    target,
  })

  test('is delivered, fingerprinted, restored and extracted as it is', async () => {
    let runs = 0
    await fc.assert(
      fc.asyncProperty(
        fc.array(item, { maxLength: 25 }),
        fc.constantFrom(1, 5_000, 1 << 30),
        async (items, targetBytes) => {
          const root = join(base, `tree-${runs}`)
          makeTree(root, items)
          const { epoch, tree } = await openTree(root)
          const expected = await epoch.fingerprint(tree, never)
          const scratch = await filesRestore.open(
            { folder: base },
            `run_${runs}`,
            { fresh: true },
            async () => '',
          )
          const extracted = join(base, `out-${runs++}`)
          mkdirSync(extracted)
          const description = await epoch.describe(tree, never)
          const ofParts = []
          for (const part of await partsOf(epoch, tree, targetBytes)) {
            const { bytes, records, omissions } = await readPart(epoch, part)
            expect(omissions).toEqual([])
            expect(records).toBe((part.cursor as { entries: number }).entries)
            ofParts.push((await fingerprintVolume('tar', bytesOf(bytes)))!)
            await scratch.load(
              { dataset: tree, description, partIndex: part.index, path: part.path },
              bytesOf(bytes),
              never,
            )
            const { status, stderr } = spawnSync(
              'tar',
              ['--warning=no-timestamp', '-xpf', '-', '-C', extracted],
              { input: bytes },
            )
            expect({ status, stderr: stderr.toString() }).toEqual({ status: 0, stderr: '' })
          }
          expect(combineFingerprints(ofParts)).toEqual(expected)
          expect(await scratch.fingerprint(tree, never)).toEqual(expected)
          const again = await openTree(extracted)
          expect(await again.epoch.fingerprint(again.tree, never)).toEqual(expected)
          await scratch.destroy()
          rmSync(root, { recursive: true })
          rmSync(extracted, { recursive: true })
        },
      ),
      { numRuns: 25, interruptAfterTimeLimit: 40_000, markInterruptAsFailure: false },
    )
    expect(runs).toBeGreaterThan(0)
  })

  function makeTree(
    root: string,
    items: { folder: number; name: Buffer; kind: string; bytes: number; seconds: number; target: Buffer }[],
  ) {
    mkdirSync(root)
    const folders: Buffer[] = [Buffer.from(root)]
    const files: Buffer[] = []
    for (const { folder, name, kind, bytes, seconds, target } of items) {
      const path = Buffer.concat([folders[folder % folders.length]!, Buffer.from('/'), name])
      try {
        if (kind === 'folder') {
          mkdirSync(path)
          folders.push(path)
        } else if (kind === 'symlink') {
          symlinkSync(target, path)
        } else if (kind === 'hardlink' && files.length > 0) {
          linkSync(files[bytes % files.length]!, path)
        } else {
          writeFileSync(path, Buffer.alloc(bytes, name), { flag: 'wx' })
          utimesSync(path, seconds, seconds)
          files.push(path)
        }
      } catch (error) {
        // Two items of one name: the first stays.
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      }
    }
  }
})
