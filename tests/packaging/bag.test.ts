import { execFileSync, spawnSync } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { folderSink } from '../../packaging/folder.ts'
import { canonicalJson, rootStatementSchema } from '../../packaging/root.ts'
import { verifyScript } from '../../packaging/verify-script.ts'
import { decompressZstd } from '../../packaging/volume.ts'
import { pythonTools } from '../support/python-tools.ts'
import { gather, makePackage, memoryPackage, once, sampleDatasets, signingKey } from './fixture.ts'

let folder: string
let epoch: string
let signers: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bag-'))
  epoch = join(folder, 'epoch-0001')
  signers = join(folder, 'allowed_signers')
  writeFileSync(signers, `provider ${signingKey.publicKeyLine}\n`)
  await makePackage(folderSink(epoch), sampleDatasets, {
    omissions: [
      { datasetId: 'public.client', item: 'x', code: 'excluded-by-plan', reason: 'Hors périmètre.' },
    ],
  })
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const sh = (shell: string, args: string[], cwd: string) =>
  spawnSync(shell, args, { cwd, encoding: 'utf8', env: { PATH: process.env.PATH } })

describe('outside validators agree', () => {
  test('bagit-python validates the bag', () => {
    const result = spawnSync(join(pythonTools(), 'bagit.py'), ['--validate', join(epoch, 'bag')], {
      encoding: 'utf8',
    })
    expect(result.stderr).toContain('is valid')
    expect(result.status).toBe(0)
  })

  test('sha256sum checks both manifests', () => {
    for (const manifest of ['manifest-sha256.txt', 'tagmanifest-sha256.txt']) {
      execFileSync('sha256sum', ['-c', '--strict', '--quiet', manifest], { cwd: join(epoch, 'bag') })
    }
  })

  test('ssh-keygen verifies the signature of root.json', () => {
    const args = [
      '-Y',
      'verify',
      '-f',
      signers,
      '-I',
      'provider',
      '-n',
      'reversibility-package@v1',
      '-s',
      'root.json.sig',
    ]
    execFileSync('ssh-keygen', args, {
      cwd: epoch,
      input: readFileSync(join(epoch, 'root.json')),
      stdio: 'pipe',
    })
  })

  test('jq reads every document', () => {
    const bag = join(epoch, 'bag')
    for (const file of ['omissions.json', 'fingerprints.json', 'data/datapackage.json', '../root.json']) {
      execFileSync('jq', ['-e', '.', join(bag, file)], { stdio: 'pipe' })
    }
    const inventory = execFileSync('sh', ['-c', 'zstd -dqc inventory.jsonl.zst | jq -r .path'], {
      cwd: bag,
      encoding: 'utf8',
    })
    expect(inventory.trim().split('\n')).toHaveLength(7)
  })
})

describe('verify.sh', () => {
  test('is 40 lines at most', () => {
    expect(verifyScript.trimEnd().split('\n').length).toBeLessThanOrEqual(40)
  })

  const copy = (name: string) => {
    const target = join(folder, name)
    cpSync(epoch, target, { recursive: true })
    return target
  }

  test.each(['sh', 'dash', 'bash'])(
    'accepts the package under %s, with a file of signers or a key',
    (shell) => {
      for (const key of ['../allowed_signers', signingKey.publicKeyLine]) {
        const result = sh(shell, ['bag/verify.sh', key], epoch)
        expect(result.stdout).toMatch(/^VERIFIED/)
        expect(result.status).toBe(0)
      }
    },
  )

  const bag = (target: string, path: string) => join(target, 'bag', path)
  const append = (path: string) => writeFileSync(path, `${readFileSync(path, 'utf8')} `)
  const first = 'data/tables/public.client/part-00000.csv.zst'
  const second = 'data/tables/public.client/part-00001.csv.zst'
  test.each<[string, (target: string) => void, RegExp]>([
    ['an altered volume', (at) => append(bag(at, first)), /part-00000/],
    ['a missing volume', (at) => rmSync(bag(at, first)), /part-00000/],
    ['an added file', (at) => writeFileSync(bag(at, 'data/more.csv'), ''), /more\.csv/],
    [
      'an added file, its name two lines',
      (at) => writeFileSync(bag(at, 'data/a\nbagit.txt'), ''),
      /not listed/,
    ],
    ['an added tag file', (at) => writeFileSync(bag(at, 'notes.txt'), ''), /notes\.txt/],
    ['an altered tag file', (at) => append(bag(at, 'omissions.json')), /omissions\.json/],
    ['an altered statement', (at) => append(join(at, 'root.json')), /signature/],
    ['no signature', (at) => rmSync(join(at, 'root.json.sig')), /./],
    [
      'two volumes swapped',
      (at) => {
        renameSync(bag(at, first), bag(at, 'x'))
        renameSync(bag(at, second), bag(at, first))
        renameSync(bag(at, 'x'), bag(at, second))
      },
      /part-0000/,
    ],
    [
      'a link',
      (at) => {
        renameSync(bag(at, first), join(folder, 'elsewhere'))
        symlinkSync(join(folder, 'elsewhere'), bag(at, first))
      },
      /neither a file nor a folder/,
    ],
    [
      'a bag forged again',
      (at) => {
        writeFileSync(bag(at, 'omissions.json'), '{}')
        execFileSync(
          'sh',
          ['-c', 'sha256sum $(ls | grep -v -e data -e tagmanifest) >tagmanifest-sha256.txt'],
          {
            cwd: join(at, 'bag'),
          },
        )
      },
      /not the one signed/,
    ],
  ])('refuses %s', (name, alter, cause) => {
    const target = copy(name.replaceAll(/\W/g, '-'))
    alter(target)
    const result = sh('dash', ['bag/verify.sh', signers], target)
    expect(result.status).not.toBe(0)
    expect(result.stdout).not.toMatch(/VERIFIED/)
    expect(result.stderr).toMatch(cause)
  })

  test('refuses another key', () => {
    const other = join(folder, 'other_signers')
    writeFileSync(
      other,
      'provider ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ7MKnfwFHlM2GXoHoLK6JmvCuYHwDnYN4eXTDP2dRgk\n',
    )
    expect(sh('dash', ['bag/verify.sh', other], epoch).stderr).toMatch(/pinned key/)
  })
})

describe('sealing', () => {
  test('twice gives the same bytes, whatever the sink does with them', async () => {
    const first = memoryPackage()
    const { content } = await makePackage(first.sink, sampleDatasets)
    const again = memoryPackage()
    const sink = {
      async write(path: string, bytes: Uint8Array | AsyncIterable<Uint8Array>) {
        // Like a store that finds the file in place: it reads a little and stops.
        if (!(bytes instanceof Uint8Array)) for await (const _ of bytes) break
        else again.files.set(path, Buffer.from(bytes))
        return { versionId: null }
      },
    }
    const { sealBag } = await import('../../packaging/bag.ts')
    await sealBag(sink, content)
    expect(again.files.get('root.json')!.equals(first.files.get('root.json')!)).toBe(true)
  })

  test('the versions that a store gives are in the statement and in the inventory', async () => {
    const { files, sink } = memoryPackage()
    const versioned = {
      write: async (path: string, bytes: Uint8Array | AsyncIterable<Uint8Array>) => {
        await sink.write(path, bytes)
        return { versionId: `v-${path}` }
      },
    }
    const { sealed } = await makePackage(versioned, sampleDatasets)
    expect(sealed.root.versionIds).toMatchObject({ 'bag/manifest-sha256.txt': 'v-bag/manifest-sha256.txt' })
    expect(sealed.root.versionIds).toHaveProperty('bag/data/datapackage.json')
    expect(files.has('root.json')).toBe(true)
  })

  test('root.json is canonical, complete, and of its schema', async () => {
    const text = readFileSync(join(epoch, 'root.json'), 'utf8')
    const value = JSON.parse(text)
    expect(canonicalJson(value)).toBe(text)
    expect(rootStatementSchema.parse(value).counts).toEqual({
      datasets: 6,
      volumes: 7,
      records: 10,
      omissions: 1,
      plainBytes: expect.any(Number),
      deliveredBytes: expect.any(Number),
    })
  })

  test('volumes out of order, missing, unknown or unsafe are refused', async () => {
    const { sealBag } = await import('../../packaging/bag.ts')
    const { content, volumes } = await makePackage(memoryPackage().sink, sampleDatasets)
    const bad = [
      volumes.toReversed(),
      volumes.toSpliced(1, 1),
      [...volumes, volumes[0]!],
      [{ ...volumes[0]!, datasetId: 'unknown' }],
      [{ ...volumes[0]!, path: 'data/../../etc/passwd' }],
      [{ ...volumes[0]!, path: 'bagit.txt' }],
    ]
    for (const list of bad) {
      const seal = sealBag(memoryPackage().sink, {
        ...content,
        async *volumes() {
          yield* list
        },
      })
      await expect(seal).rejects.toMatchObject({ type: 'invalid-input' })
    }
  })

  test('a bag of 200,000 volumes is sealed in flat memory', async () => {
    const { sealBag } = await import('../../packaging/bag.ts')
    const { content, volumes } = await makePackage(memoryPackage().sink, sampleDatasets.slice(1, 2))
    let peak = 0
    const sizes = new Map<string, number>()
    const sink = {
      async write(path: string, bytes: Uint8Array | AsyncIterable<Uint8Array>) {
        let written = 0
        for await (const chunk of bytes instanceof Uint8Array ? once(bytes) : bytes) {
          written += chunk.length
          peak = Math.max(peak, process.memoryUsage.rss())
        }
        sizes.set(path, written)
        return { versionId: null }
      },
    }
    const datasets = Array.from({ length: 200 }, (_, index) => ({
      ...content.datasets[0]!,
      id: `t${index}`,
      slug: `t${index}`,
    }))
    const before = process.memoryUsage.rss()
    await sealBag(sink, {
      ...content,
      datasets,
      async *volumes() {
        for (const dataset of datasets) {
          for (let part = 0; part < 1000; part++) {
            const path = `data/tables/${dataset.id}/part-${String(part).padStart(5, '0')}.csv.zst`
            yield { ...volumes[0]!, datasetId: dataset.id, partIndex: part, path }
          }
        }
      },
    })
    expect(sizes.get('bag/manifest-sha256.txt')).toBeGreaterThan(20e6)
    expect((peak - before) / 1e6).toBeLessThan(120)
  })

  test('names and titles of any kind stay on their line', async () => {
    const { files, sink } = memoryPackage()
    await makePackage(sink, sampleDatasets, {
      content: { client: 'A\nPayload-Oxum: 0.0', sourceTitle: '```sh\nrm -rf /\n``` <b>', sourceId: 'a`b' },
    })
    const info = files.get('bag/bag-info.txt')!.toString()
    expect(info.match(/^Payload-Oxum:/gm)).toHaveLength(1)
    const guide = files.get('bag/RESTORE.md')!.toString()
    expect(guide).not.toMatch(/^rm -rf/m)
    expect(guide.match(/^```sh/gm)).toHaveLength(3)
  })

  test('the inventory has every volume, as delivered and as plain', async () => {
    const { files, sink } = memoryPackage()
    const { volumes } = await makePackage(sink, sampleDatasets)
    const lines = (await gather(decompressZstd(once(files.get('bag/inventory.jsonl.zst')!))))
      .toString()
      .trimEnd()
      .split('\n')
    expect(lines.map((line) => JSON.parse(line))).toEqual(
      volumes.map(({ datasetId, partIndex, ...rest }) => ({ dataset: datasetId, part: partIndex, ...rest })),
    )
  })
})

test('an empty folder of the example is left out of nothing', () => {
  mkdirSync(join(epoch, 'bag', 'data', 'empty'), { recursive: true })
  expect(sh('dash', ['bag/verify.sh', signers], epoch).status).toBe(0)
  rmSync(join(epoch, 'bag', 'data', 'empty'), { recursive: true })
})
