import { createHash, hash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type {
  Connector,
  ConnectorContext,
  ConnectorType,
  Discovered,
  Epoch,
  ScratchTarget,
} from '../../connectors/connector.ts'
import type { Dataset, Omission, Part } from '../../contract/dataset.ts'
import { ReversibilityError } from '../../contract/errors.ts'
import { combineFingerprints, emptyFingerprint, type Fingerprint } from '../../contract/fingerprint.ts'
import { fingerprintVolume } from '../../packaging/formats/fingerprint-volume.ts'

/** One real source, filled with the worst that its kind allows, and how to disturb it. */
export interface ConformanceSource {
  /** What a plan would say under `config`, before parsing. */
  config: unknown
  context: ConnectorContext
  /** Values that must appear nowhere: passwords. */
  secretValues: string[]
  /** Adds, changes and removes data at the source, and has committed or synced when it resolves. */
  mutate(): Promise<void>
  /** What this connector holds open at the source now: connections, open files. Asked before, and after a while again. */
  countOpen(): Promise<number>
  /** Names of datasets that must be found at least. */
  expectedDatasets: string[]
  /** What a plan would say of a restore target, before parsing. Needed with the capability `restore`. */
  target?: unknown
  /** The same source through an access that does not see everything. */
  partialAccess?: {
    config: unknown
    context: ConnectorContext
    /** Runs the work with less rights, where these are the process's own. */
    run?(work: () => Promise<void>): Promise<void>
  }
  /** Accesses that fail, each with the type of its error. */
  refused: { name: string; config: unknown; context: ConnectorContext; type: string }[]
  destroy(): Promise<void>
}

export interface ConformanceOptions {
  type: ConnectorType
  /** True when writes after the opening are not seen at all; false when they may be, and are then reported. */
  snapshots: boolean
  makeSource(): Promise<ConformanceSource>
  /** Small enough that the largest dataset has several parts. */
  targetBytes: number
}

interface Captured {
  part: Part
  sha256: string
  bytes: number
  records: number | null
  omissions: Omission[]
}

const never = new AbortController().signal

/** Registers the tests that every connector passes, against a real source. The rules are in `connectors/connector.ts`. */
export function conformance(options: ConformanceOptions): void {
  const { type, targetBytes } = options
  const register = () => {
    let source: ConformanceSource
    let connector: Connector
    let epoch: Epoch
    let found: Discovered[]
    let datasets: Dataset[]

    const openConnector = (access: { config: unknown; context: ConnectorContext } = source) =>
      type.open(type.config.parse(access.config), access.context)
    const discovered = async (of: Epoch) => collect(of.discover(never))
    const datasetsOf = (list: Discovered[]) =>
      list.flatMap((item) => (item.type === 'dataset' ? [item.dataset] : []))
    const partsOf = async (of: Epoch, list = datasets, bytes = targetBytes) => {
      const parts: Part[] = []
      for (const dataset of list) parts.push(...(await collect(of.partition(dataset, bytes, never))))
      return parts
    }

    beforeAll(async () => {
      source = await options.makeSource()
      connector = await openConnector()
      epoch = await connector.openEpoch(never)
      found = await discovered(epoch)
      datasets = datasetsOf(found)
    })
    afterAll(async () => {
      await epoch?.close()
      await connector?.close()
      await source?.destroy()
    })

    describe('discovery', () => {
      test('finds what is there, in the same order each time', async () => {
        expect(datasets.map((dataset) => dataset.id)).toEqual(expect.arrayContaining(source.expectedDatasets))
        expect(await discovered(epoch)).toEqual(found)
      })
      test('gives every dataset its own id and its own slug, on file systems that fold case too', () => {
        const ids = datasets.map((dataset) => dataset.id)
        const slugs = datasets.map((dataset) => dataset.slug.toLowerCase())
        expect(new Set(ids).size).toBe(ids.length)
        expect(new Set(slugs).size).toBe(slugs.length)
      })
      test('uses only characters that every bag reader accepts in slugs', () => {
        for (const dataset of datasets) expect(isPayloadSafe(dataset.slug), dataset.slug).toBe(true)
      })
      test('sees everything with a full access', () => {
        expect(found.filter((item) => item.type === 'partial-access')).toEqual([])
      })
      test('describes every dataset under its own id', async () => {
        for (const dataset of datasets) {
          const description = await epoch.describe(dataset, never)
          expect(description.datasetId).toBe(dataset.id)
          expect(description.title).not.toBe('')
        }
      })
      test('gives an instant that is an RFC 3339 one, near now', () => {
        expect(epoch.openedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/)
        expect(Math.abs(Date.parse(epoch.openedAt) - Date.now())).toBeLessThan(600_000)
      })
    })

    describe('partition', () => {
      test('gives at least one part a dataset, numbered from 0, at safe paths used once', async () => {
        const paths: string[] = []
        for (const dataset of datasets) {
          const parts = await collect(epoch.partition(dataset, targetBytes, never))
          expect(parts.length).toBeGreaterThan(0)
          expect(parts.map((part) => part.index)).toEqual(parts.map((_, index) => index))
          for (const part of parts) {
            expect(part.datasetId).toBe(dataset.id)
            expect(isPayloadSafe(part.path), part.path).toBe(true)
            expect(JSON.parse(JSON.stringify(part))).toEqual(part)
            expect(JSON.stringify(part.cursor ?? null).length).toBeLessThan(2_000)
            paths.push(part.path.toLowerCase())
          }
        }
        expect(new Set(paths).size).toBe(paths.length)
      })
      test('splits the largest dataset, and gives the same parts each time and from a joined epoch', async () => {
        const parts = await partsOf(epoch)
        const largest = Math.max(...datasets.map((d) => parts.filter((p) => p.datasetId === d.id).length))
        expect(largest).toBeGreaterThan(1)
        expect(await partsOf(epoch)).toEqual(parts)
        await joined(async (other) =>
          expect(await partsOf(other, datasetsOf(await discovered(other)))).toEqual(parts),
        )
      })
    })

    describe('reading', () => {
      test('gives the same bytes each time, and from a joined epoch', async () => {
        const parts = await partsOf(epoch)
        const first = await readAll(epoch, parts)
        expect(await readAll(epoch, parts)).toEqual(first)
        await joined(async (other) => expect(await readAll(other, parts)).toEqual(first))
      })
      test('gives the same bytes when parts are read at once', async () => {
        const parts = await partsOf(epoch)
        const oneByOne = await readAll(epoch, parts)
        const atOnce = await Promise.all(parts.map(async (part) => (await readAll(epoch, [part]))[0]))
        expect(atOnce).toEqual(oneByOne)
      })
      test('leaves nothing open when the reader goes away early', async () => {
        const before = await source.countOpen()
        for (const part of await partsOf(epoch)) {
          for await (const chunk of epoch.read(part, never).bytes) {
            expect(chunk.length).toBeGreaterThan(0)
            break
          }
        }
        await settlesAt(source.countOpen, before)
      })
      test('joins an epoch only by its own token', async () => {
        const other = await openConnector()
        try {
          await expect(rejection(other.joinEpoch('not-a-token', never))).resolves.toMatchObject({
            type: 'epoch-lost',
          })
        } finally {
          await other.close()
        }
      })
    })

    describe('fingerprints', () => {
      test('equal what an independent reader finds in the volumes, whatever the size of parts', async () => {
        const withRecords = datasets.filter((dataset) => dataset.hasRecords)
        expect(withRecords.length).toBeGreaterThan(0)
        for (const dataset of withRecords) {
          const expected = await epoch.fingerprint(dataset, never)
          for (const bytes of [targetBytes, 1 << 30]) {
            const ofParts: Fingerprint[] = []
            let reported = 0
            for (const part of await partsOf(epoch, [dataset], bytes)) {
              const reading = epoch.read(part, never)
              ofParts.push((await fingerprintVolume(part.format, reading.bytes)) ?? emptyFingerprint)
              reported += reading.records() ?? Number.NaN
            }
            expect({ dataset: dataset.id, ...combineFingerprints(ofParts) }).toEqual({
              dataset: dataset.id,
              ...expected,
            })
            expect(reported).toBe(expected.records)
          }
        }
      })
    })

    describe('cancelling', () => {
      const attempts: Record<string, (signal: AbortSignal) => Promise<unknown>> = {
        discover: (signal) => collect(epoch.discover(signal)),
        partition: (signal) => collect(epoch.partition(datasets[0]!, targetBytes, signal)),
        read: async (signal) => {
          const parts = await partsOf(epoch)
          for (const part of parts) await collect(epoch.read(part, signal).bytes)
        },
        fingerprint: (signal) => epoch.fingerprint(datasets.find((dataset) => dataset.hasRecords)!, signal),
        openEpoch: async (signal) => (await connector.openEpoch(signal)).close(),
        joinEpoch: async (signal) => (await connector.joinEpoch(epoch.token, signal)).close(),
      }
      test.each(Object.keys(attempts))('%s ends at once when already cancelled', async (name) => {
        const before = await source.countOpen()
        await expect(rejection(attempts[name]!(AbortSignal.abort()))).resolves.toMatchObject({
          type: 'cancelled',
        })
        await settlesAt(source.countOpen, before)
      })
      test('a read cancelled midway ends soon and leaves nothing open', async () => {
        const before = await source.countOpen()
        const [dataset] = datasets.toSorted((a, b) => b.estimatedBytes - a.estimatedBytes)
        const [part] = await partsOf(epoch, [dataset!], 1 << 30)
        const abort = new AbortController()
        const error = await rejection(
          (async () => {
            for await (const chunk of epoch.read(part!, abort.signal).bytes) {
              if (chunk.length > 0) abort.abort()
            }
          })(),
          { orUndefined: true },
        )
        // A part that came whole in its first chunk may end before it sees the signal.
        if (error !== undefined) expect(error).toMatchObject({ type: 'cancelled' })
        // Fewer, when what it ended was a connection kept ready.
        await expect.poll(source.countOpen, { timeout: 10_000, interval: 50 }).toBeLessThanOrEqual(before)
      })
    })

    describe('refusals', () => {
      test('name their type and a remedy, and no secret', async () => {
        expect(source.refused.length).toBeGreaterThan(0)
        for (const access of source.refused) {
          const error = await rejection(
            (async () => {
              const other = await openConnector(access)
              try {
                await (await other.openEpoch(never)).close()
              } finally {
                await other.close()
              }
            })(),
          )
          expect(error, access.name).toMatchObject({ type: access.type })
          expect((error as ReversibilityError).remedy, access.name).not.toBe('')
          expectNoSecret(source, [describeError(error)])
        }
      })
      test('a partial access is said, with what to do', async () => {
        if (source.partialAccess === undefined) {
          throw new Error('This source gives no partial access to try: supply one.')
        }
        const access = source.partialAccess
        const run = access.run ?? ((work: () => Promise<void>) => work())
        await run(async () => {
          const other = await openConnector(access)
          const partial = await other.openEpoch(never)
          try {
            const reports = (await discovered(partial)).filter((item) => item.type === 'partial-access')
            expect(reports.length).toBeGreaterThan(0)
            for (const report of reports) expect(report.remedy).not.toBe('')
          } finally {
            await partial.close()
            await other.close()
          }
        })
      })
      test('no secret in the address, the token, the datasets or the parts', async () => {
        expectNoSecret(source, [
          connector.address,
          epoch.token,
          JSON.stringify(found),
          JSON.stringify(await partsOf(epoch)),
        ])
      })
    })

    if (type.capabilities.includes('restore')) {
      describe('restore', () => {
        test('brings back datasets with the fingerprints of the source, however often a volume is loaded', async () => {
          const restore = type.restore!
          const target = restore.target.parse(source.target)
          const name = `conformance_${process.pid}`
          const openScratch = (fresh: boolean) =>
            restore.open(target, name, { fresh }, source.context.secrets)
          let scratch = await openScratch(true)
          try {
            for (const stage of ['before', 'data', 'after'] as const) {
              for (const dataset of datasets.filter((each) => each.restoreStage === stage)) {
                await loadDataset(scratch, epoch, dataset, targetBytes)
              }
              // Another process carries on, and repeats the last work of the one before.
              await scratch.close()
              scratch = await openScratch(false)
              for (const dataset of datasets.filter((each) => each.restoreStage === stage)) {
                await loadDataset(scratch, epoch, dataset, targetBytes)
              }
            }
            for (const dataset of datasets.filter((each) => each.hasRecords)) {
              const restored = await scratch.fingerprint(dataset, never)
              const expected = await epoch.fingerprint(dataset, never)
              expect({ dataset: dataset.id, ...restored }).toEqual({ dataset: dataset.id, ...expected })
            }
            await scratch.close()
            scratch = await openScratch(true)
            await scratch.destroy()
            await scratch.destroy()
          } finally {
            await scratch.destroy()
            await scratch.close()
          }
        })
        test('destroys a target that was never filled, twice', async () => {
          const restore = type.restore!
          const scratch = await restore.open(
            restore.target.parse(source.target),
            `never_${process.pid}`,
            { fresh: true },
            source.context.secrets,
          )
          await scratch.destroy()
          await scratch.destroy()
          await scratch.close()
        })
      })
    }

    // Last: from here on the source is not what it was.
    describe('writes after the opening', () => {
      test(options.snapshots ? 'are not seen' : 'are not seen, or are reported', async () => {
        const parts = await partsOf(epoch)
        const before = await readAll(epoch, parts)
        await source.mutate()
        expect(await discovered(epoch)).toEqual(found)
        expect(await partsOf(epoch)).toEqual(parts)
        const after = await readAll(epoch, parts)
        const different = after.filter((reading, at) => reading.sha256 !== before[at]!.sha256)
        if (options.snapshots) {
          expect(different).toEqual([])
        } else {
          expect(different.length).toBeGreaterThan(0)
          for (const reading of different) {
            expect(reading.omissions.map((omission) => omission.code)).toContain('changed-while-read')
          }
        }
        const fresh = await connector.openEpoch(never)
        try {
          const seen = await readAll(fresh, await partsOf(fresh, datasetsOf(await discovered(fresh))))
          expect(digestOf(seen)).not.toBe(digestOf(before))
        } finally {
          await fresh.close()
        }
      })
      test('an epoch and a connector may be closed twice, and leave nothing open', async () => {
        const other = await openConnector()
        const before = await source.countOpen()
        const one = await other.openEpoch(never)
        const two = await other.joinEpoch(one.token, never)
        await two.close()
        await two.close()
        await one.close()
        await one.close()
        await settlesAt(source.countOpen, before)
        await other.close()
        await other.close()
      })
    })

    async function joined(work: (other: Epoch) => Promise<void>): Promise<void> {
      const other = await openConnector()
      try {
        const same = await other.joinEpoch(epoch.token, never)
        try {
          expect(same.openedAt).toBe(epoch.openedAt)
          await work(same)
        } finally {
          await same.close()
        }
      } finally {
        await other.close()
      }
    }
  }
  describe(`connector ${type.kind}`, register)
}

async function loadDataset(scratch: ScratchTarget, epoch: Epoch, dataset: Dataset, targetBytes: number) {
  const description = await epoch.describe(dataset, never)
  for await (const part of epoch.partition(dataset, targetBytes, never)) {
    const volume = { dataset, description, partIndex: part.index, path: part.path }
    await scratch.load(volume, epoch.read(part, never).bytes, never)
  }
}

async function readAll(epoch: Epoch, parts: Part[]): Promise<Captured[]> {
  const captured: Captured[] = []
  for (const part of parts) {
    const sha256 = createHash('sha256')
    let bytes = 0
    const reading = epoch.read(part, never)
    for await (const chunk of reading.bytes) {
      sha256.update(chunk)
      bytes += chunk.length
    }
    captured.push({
      part,
      sha256: sha256.digest('hex'),
      bytes,
      records: reading.records(),
      omissions: reading.omissions(),
    })
  }
  return captured
}

function digestOf(readings: Captured[]): string {
  return hash('sha256', readings.map((reading) => reading.sha256).join())
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = []
  for await (const item of items) list.push(item)
  return list
}

/** The error a promise ends with; fails when it does not fail, unless that is allowed. */
export async function rejection(
  promise: Promise<unknown>,
  options = { orUndefined: false },
): Promise<unknown> {
  try {
    await promise
  } catch (error) {
    return error
  }
  if (options.orUndefined) return undefined
  throw new Error('This should have failed.')
}

/** Waits until a count is back at what it was: closing may take a moment on the other side. */
async function settlesAt(count: () => Promise<number>, expected: number): Promise<void> {
  await expect.poll(count, { timeout: 10_000, interval: 50 }).toBe(expected)
}

function isPayloadSafe(path: string): boolean {
  return (
    /^[A-Za-z0-9][A-Za-z0-9._/-]*$/.test(path) &&
    path.split('/').every((segment) => segment !== '' && segment !== '.' && segment !== '..')
  )
}

function expectNoSecret(source: ConformanceSource, texts: string[]): void {
  for (const text of texts) {
    for (const secret of source.secretValues) expect(text.includes(secret), 'a secret is shown').toBe(false)
  }
}

/** Everything of an error that a log could show: its message, stack, remedy and all causes. */
function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const more = error instanceof ReversibilityError ? [error.remedy, error.subject ?? ''] : []
  return [
    error.message,
    error.stack ?? '',
    ...more,
    JSON.stringify(error),
    describeError(error.cause ?? ''),
  ].join('\n')
}
