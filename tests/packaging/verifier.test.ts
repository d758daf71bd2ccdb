import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateIdentity, identityToRecipient } from 'age-encryption'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ReversibilityError } from '../../contract/errors.ts'
import { folderSink, folderSource } from '../../packaging/folder.ts'
import { requireValidPackage, verifyPackage } from '../../packaging/verifier.ts'
import { type MemoryPackage, makePackage, memoryPackage, sampleDatasets, signingKey } from './fixture.ts'
import { type Files, mutations, seeded } from './mutations.ts'

const allowedKeys = [signingKey.publicKeyLine]
let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'verifier-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function packageInMemory(options: Parameters<typeof makePackage>[2] = {}, datasets = sampleDatasets) {
  const memory = memoryPackage()
  const made = await makePackage(memory.sink, datasets, options)
  return { ...memory, ...made }
}

describe('a good package', () => {
  test('is valid; counts and fingerprints are read from the volumes themselves', async () => {
    const { source, sealed } = await packageInMemory()
    let progress = 0
    const report = await verifyPackage(source, {
      allowedKeys,
      expect: {
        contract: 'orme-si',
        run: 'rehearsal-1',
        source: 'erp',
        epoch: 1,
        previousRoot: null,
        rootSha256: sealed.rootSha256,
      },
      onProgress: ({ deliveredBytes, expectedBytes }) => {
        progress = deliveredBytes / expectedBytes
      },
    })
    expect(report.problems).toEqual([])
    expect(report).toMatchObject({
      valid: true,
      contentsRead: true,
      rootSha256: sealed.rootSha256,
      filesBeside: 0,
    })
    expect(report.steps.map(({ state }) => state)).toEqual(Array.from({ length: 9 }, () => 'passed'))
    expect(report.totals).toMatchObject({ volumes: 7, records: 10 })
    expect(
      report.datasets.map((dataset) => [
        dataset.datasetId,
        dataset.source?.records,
        dataset.package?.records,
      ]),
    ).toEqual([
      ['public.client', 4, 4],
      ['public.facture', 2, 2],
      ['public.sans_colonne', 2, 2],
      ['public.vide', 0, 0],
      ['listing', 2, 2],
    ])
    expect(progress).toBe(1)
  })

  test('encrypted: as delivered without a key, to the last record with one', async () => {
    const identity = await generateIdentity()
    const recipients = [await identityToRecipient(identity)]
    const { source } = await packageInMemory({ recipients })
    const outside = await verifyPackage(source, { allowedKeys })
    expect(outside).toMatchObject({ valid: true, contentsRead: false })
    expect(outside.steps.at(-1)).toEqual({ step: 'contents', state: 'skipped' })
    const inside = await verifyPackage(source, { allowedKeys, identities: [identity] })
    expect(inside).toMatchObject({ valid: true, contentsRead: true })
    const stranger = await verifyPackage(source, { allowedKeys, identities: [await generateIdentity()] })
    expect(stranger.problems[0]).toMatchObject({ step: 'contents', code: 'no-identity-fits' })
  })

  test('in a folder: what stands beside it is counted, and is no part of it', async () => {
    const epoch = join(folder, 'good')
    await makePackage(folderSink(epoch), sampleDatasets)
    writeFileSync(join(epoch, 'key.txt'), '')
    expect(await verifyPackage(await folderSource(epoch), { allowedKeys })).toMatchObject({
      valid: true,
      filesBeside: 1,
    })
  })
})

describe('1,000 seeded mutations', () => {
  const names = Object.keys(mutations)
  let current: Files
  let older: Files
  let expected: { epoch: number; rootSha256: string; previousRoot: string }

  beforeAll(async () => {
    const first = await packageInMemory()
    const next = sampleDatasets.map(({ parts, ...rest }) => ({
      ...rest,
      parts: parts.map((part) => ({ ...part, text: `${part.text}`.replace('deux', 'trois') })),
    }))
    const second = await packageInMemory(
      { content: { epoch: 2, previousRoot: first.sealed.rootSha256 } },
      next,
    )
    current = second.files
    older = first.files
    expected = { epoch: 2, rootSha256: second.sealed.rootSha256, previousRoot: first.sealed.rootSha256 }
  })

  test('all are refused, each with its cause named', async () => {
    expect(
      (await verifyPackage(memoryPackage(new Map(current)).source, { allowedKeys, expect: expected })).valid,
    ).toBe(true)
    const refused = new Map<string, number>()
    let done = 0
    for (let seed = 1; done < 1000; seed++) {
      const random = seeded(seed)
      const name = names[seed % names.length]!
      const files = new Map(current)
      const codes = mutations[name]!(files, random, older)
      if (codes === null) continue
      done++
      // One of the three is enough against a roll back.
      const known = Object.entries(expected)[random(3)]!
      const expect_ = Object.fromEntries([known])
      const report = await verifyPackage(memoryPackage(files).source, { allowedKeys, expect: expect_ })
      const [problem] = report.problems
      expect({ seed, name, valid: report.valid }).toEqual({ seed, name, valid: false })
      expect(codes, `${name}, seed ${seed}: ${problem?.cause}`).toContain(problem!.code)
      expect(problem!.cause).toMatch(/^\S.{10,}\.$/s)
      refused.set(name, (refused.get(name) ?? 0) + 1)
    }
    expect([...refused.keys()].toSorted()).toEqual(names.toSorted())
  })
})

describe('a truly signed package that is wrong all the same', () => {
  /** Seals with something false in the content, as a faulty sealer would. */
  const cases: [string, Parameters<typeof makePackage>[2], string][] = [
    [
      'a record is missing',
      {
        content: {
          fingerprints: [{ datasetId: 'public.client', source: { records: 5, digest: '0'.repeat(16) } }],
        },
      },
      'count-mismatch',
    ],
    [
      'a record differs',
      {
        content: {
          fingerprints: [{ datasetId: 'public.client', source: { records: 4, digest: '0'.repeat(16) } }],
        },
      },
      'fingerprint-mismatch',
    ],
    [
      'a fingerprint of nothing',
      { content: { fingerprints: [{ datasetId: 'gone', source: { records: 0, digest: '0'.repeat(16) } }] } },
      'inconsistent',
    ],
  ]
  test.each(cases)('%s', async (_, options, code) => {
    const { source } = await packageInMemory(options)
    expect((await verifyPackage(source, { allowedKeys })).problems[0]).toMatchObject({ code })
  })

  const withVolumes = async (
    change: (volumes: Awaited<ReturnType<typeof makePackage>>['volumes']) => object[],
  ) => {
    const { volumes } = await packageInMemory()
    const changed = change(volumes) as typeof volumes
    return packageInMemory({
      content: {
        async *volumes() {
          yield* changed
        },
      },
    })
  }
  test.each<[string, object, string]>([
    ['hash of the delivered bytes', { deliveredSha256: '0'.repeat(64) }, 'volume-altered'],
    ['hash of the plain bytes', { plainSha256: '0'.repeat(64) }, 'plain-altered'],
    ['plain size: more', { plainBytes: 1000 }, 'plain-altered'],
    ['plain size: less, as of a bomb', { plainBytes: 1 }, 'plain-altered'],
    ['delivered size', { deliveredBytes: 1 }, 'wrong-size'],
    ['records', { records: 77 }, 'count-mismatch'],
    ['format', { format: 'tar' }, 'volume-undecodable'],
  ])('a false %s', async (_, change, code) => {
    const { source } = await withVolumes((volumes) =>
      volumes.map((volume, index) => (index === 1 ? { ...volume, ...change } : volume)),
    )
    const report = await verifyPackage(source, { allowedKeys })
    expect(report.problems.map((problem) => problem.code)).toContain(code)
    expect(report.problems[0]!.path).toMatch(/^bag\//)
  })
})

describe('a store that gives other bytes the second time', () => {
  test.each([
    'bag/manifest-sha256.txt',
    'bag/inventory.jsonl.zst',
    'bag/fingerprints.json',
    'bag/tagmanifest-sha256.txt',
  ])('%s', async (path) => {
    const { source, files } = await packageInMemory()
    const honest = files.get(path)!
    const isListed = path !== 'bag/tagmanifest-sha256.txt'
    let times = 0
    const shifty = {
      list: source.list,
      async *open(name: string) {
        if (name === path && times++ >= (isListed ? 1 : 0))
          yield Buffer.concat([honest.subarray(0, -1), Buffer.from(' ')])
        else yield* source.open(name)
      },
    }
    const report = await verifyPackage(shifty, { allowedKeys })
    expect(report.valid).toBe(false)
    expect(report.problems[0]!.code).toMatch(/altered|inconsistent/)
  })
})

describe('folders', () => {
  const build = async (name: string) => {
    const epoch = join(folder, name)
    await makePackage(folderSink(epoch), sampleDatasets)
    return epoch
  }
  const volume = 'bag/data/tables/public.vide/part-00000.csv.zst'

  test.each<[string, (epoch: string) => void, string]>([
    [
      'a volume that is a link',
      (at) => {
        renameSync(join(at, volume), join(folder, 'outside'))
        symlinkSync(join(folder, 'outside'), join(at, volume))
      },
      'not-a-plain-file',
    ],
    [
      'a folder that is a link',
      (at) => {
        renameSync(join(at, 'bag/data/tables'), join(folder, 'outside-tables'))
        symlinkSync(join(folder, 'outside-tables'), join(at, 'bag/data/tables'))
      },
      'not-a-plain-file',
    ],
    [
      'a statement that is a link',
      (at) => {
        renameSync(join(at, 'root.json'), join(folder, 'outside-root'))
        symlinkSync(join(folder, 'outside-root'), join(at, 'root.json'))
      },
      'not-a-plain-file',
    ],
    ['a pipe in the bag', (at) => execFileSync('mkfifo', [join(at, 'bag/pipe')]), 'not-a-plain-file'],
    [
      'a pipe in place of a tag file',
      (at) => {
        rmSync(join(at, 'bag/bagit.txt'))
        execFileSync('mkfifo', [join(at, 'bag/bagit.txt')])
      },
      'not-a-plain-file',
    ],
    [
      'a folder in place of a tag file',
      (at) => {
        rmSync(join(at, 'bag/bagit.txt'))
        mkdirSync(join(at, 'bag/bagit.txt'))
      },
      'not-a-plain-file',
    ],
  ])('%s is refused', async (name, alter, code) => {
    const epoch = await build(name.replaceAll(' ', '-'))
    alter(epoch)
    const report = await verifyPackage(await folderSource(epoch), { allowedKeys })
    expect(report.problems[0]).toMatchObject({ code })
  })

  test('a missing folder and an empty one are not found, a file is an invalid input', async () => {
    await expect(folderSource(join(folder, 'nowhere'))).rejects.toMatchObject({ type: 'not-found' })
    const empty = join(folder, 'empty')
    mkdirSync(empty)
    await expect(verifyPackage(await folderSource(empty), { allowedKeys })).rejects.toMatchObject({
      type: 'not-found',
    })
    writeFileSync(join(folder, 'file'), '')
    await expect(folderSource(join(folder, 'file'))).rejects.toMatchObject({ type: 'invalid-input' })
  })

  test('nothing is written', async () => {
    const epoch = await build('untouched')
    const snapshot = () =>
      execFileSync('sh', ['-c', 'find . -printf "%p %s %T@ %m\\n" | sort'], { cwd: epoch, encoding: 'utf8' })
    const before = snapshot()
    await verifyPackage(await folderSource(epoch), { allowedKeys })
    expect(snapshot()).toBe(before)
  })
})

describe('failures that say nothing of the package are thrown, and never pass for a verdict', () => {
  const failingAt = (memory: MemoryPackage, path: string) => ({
    list: memory.source.list,
    async *open(name: string) {
      if (name === path)
        throw new ReversibilityError('unavailable', 'The store does not answer.', { remedy: 'Try again.' })
      yield* memory.source.open(name)
    },
  })

  test('an unreachable store', async () => {
    const memory = await packageInMemory()
    for (const path of memory.files.keys()) {
      await expect(verifyPackage(failingAt(memory, path), { allowedKeys })).rejects.toMatchObject({
        type: 'unavailable',
      })
    }
  })

  test('a cancelled verification', async () => {
    const { source } = await packageInMemory()
    const controller = new AbortController()
    const verification = verifyPackage(source, {
      allowedKeys,
      signal: controller.signal,
      onProgress: () => controller.abort(),
    })
    await expect(verification).rejects.toMatchObject({ type: 'cancelled' })
  })

  test('a pinned key that cannot be read', async () => {
    const { source } = await packageInMemory()
    await expect(verifyPackage(source, { allowedKeys: ['ssh-rsa AAAA'] })).rejects.toMatchObject({
      type: 'invalid-input',
    })
  })
})

test('requireValidPackage throws the first problem', async () => {
  const { source, files } = await packageInMemory()
  await requireValidPackage(source, { allowedKeys })
  files.set('bag/notes.txt', Buffer.from(''))
  await expect(requireValidPackage(source, { allowedKeys })).rejects.toMatchObject({
    type: 'integrity-mismatch',
    subject: 'bag/notes.txt',
  })
})
