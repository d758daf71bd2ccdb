import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from '@temporalio/client'
import { expect, inject } from 'vitest'
import {
  epochWorkPrefix,
  packagePrefix,
  type RunRef,
  runPrefix,
  sourcePrefix,
} from '../../contract/layout.ts'
import type { RunReport } from '../../contract/report.ts'
import { extractionWorkflowId, runWorkflowId } from '../../contract/signals.ts'
import type { ExtractionStatus, RunStatus } from '../../contract/status.ts'
import { randomOf } from '../../examples/orme/random.ts'
import { generateTable } from '../../examples/sizes.ts'
import { readBytes } from '../../store/json.ts'
import { jsonLines } from './cli.ts'
import { historyOf } from './histories.ts'
import { type Rehearsing, type Room, reportOf } from './run-room.ts'
import type { LoosePlan } from './small-plan.ts'

/** A database with one table of this size, which no other test writes to, and where it may be restored. */
export async function databaseOfSize(megabytes: number): Promise<Record<string, string>> {
  const serverUrl = inject('stack').postgresql.url
  const database = `mesures_${megabytes}`
  await generateTable({ serverUrl, database, bytes: megabytes * 1_000_000 })
  const url = new URL(serverUrl)
  url.pathname = `/${database}`
  return { BIG_TABLE_URL: url.href, BIG_SCRATCH_URL: serverUrl }
}

/** The example's share beside that table, read slowly enough that a moment can be met. */
export function withBigTable(plan: LoosePlan, bandwidth: string): void {
  plan.sources[0].config.url = 'env:BIG_TABLE_URL'
  plan.rehearsal.restoreTargets.erp.config.server = 'env:BIG_SCRATCH_URL'
  plan.sources[0].limits.bandwidth = bandwidth
  delete plan.sources[0].expected
}

/** Moments of an extraction, as shares of its bytes: spread over the whole, each moved by the seed. */
export function momentsOf(count: number, seed: number): { share: number; delayMs: number }[] {
  const random = randomOf(seed, 'moments')
  return Array.from({ length: count }, (_, index) => ({
    share: (index + random.between(0, 99) / 100) / count,
    delayMs: random.between(0, 900),
  }))
}

const statuses = (said: string) => jsonLines<Partial<RunStatus>>(said.slice(0, said.lastIndexOf('\n') + 1))

/** Waits until a source of a run passes a test, by what its rehearsal tells. */
export async function untilSource(
  rehearsing: Rehearsing,
  sourceId: string,
  passes: (source: ExtractionStatus) => boolean,
): Promise<void> {
  let seen = 0
  await rehearsing.until('stdout', (said) => {
    const news = said.slice(seen, said.lastIndexOf('\n') + 1)
    seen += news.length
    return statuses(news)
      .flatMap(({ sources }) => sources ?? [])
      .some((source) => source.sourceId === sourceId && passes(source))
  })
}

/**
 * Waits until an epoch of a source, or a later one, has recorded so many volumes. Asks the bucket: a status is slow to come
 * back once the worker that answered for it was killed. Answers the epoch.
 */
export async function untilVolumes(
  room: Room,
  rehearsing: Rehearsing,
  wanted: { sourceId: string; epoch: number; volumes: number },
): Promise<number> {
  const early = new AbortController()
  const ended = rehearsing.ended.then(({ code, output }) => {
    early.abort(new Error(`it ended with ${code} before that:\n${output.slice(-3000)}`))
  })
  ended.catch(() => {})
  for (;;) {
    early.signal.throwIfAborted()
    const found = new Map<number, number>()
    for await (const { key } of room.store.list(`${sourcePrefix(rehearsing.run, wanted.sourceId)}work/`)) {
      const epoch = Number(/\/work\/epoch-(\d+)\/volumes\//.exec(key)?.[1])
      if (epoch >= wanted.epoch) found.set(epoch, (found.get(epoch) ?? 0) + 1)
    }
    for (const [epoch, volumes] of found) if (volumes >= wanted.volumes) return epoch
    await sleep(100)
  }
}

/** Rehearses while the worker is killed without warning at each moment, and another one is started in its place. */
export async function rehearseWithKills(killing: {
  room: Room
  plan: string
  moments: { share: number; delayMs: number }[]
  /** How many volumes the database comes in. */
  volumes: number
}): Promise<{ run: RunRef; report: RunReport }> {
  const { room, plan, moments } = killing
  let worker = await room.startWorker()
  const rehearsing = room.rehearse(plan, '--keep', '--accept-findings')
  let epoch = 0
  for (const { share, delayMs } of moments) {
    const volumes = Math.max(1, Math.floor(share * killing.volumes))
    // A killed reading is lost with its epoch: the next moment is one of the next epoch.
    epoch = await untilVolumes(room, rehearsing, { sourceId: 'erp', epoch: epoch + 1, volumes })
    await sleep(delayMs)
    worker.kill('SIGKILL')
    expect((await worker.ended).signal).toBe('SIGKILL')
    worker = await room.startWorker()
  }
  const ended = await rehearsing.ended
  worker.kill('SIGTERM')
  await worker.ended
  expect(ended.code, ended.output.slice(-3000)).toBe(0)
  return { run: rehearsing.run, report: reportOf(ended) }
}

/** What every dataset held, on each side, in an order of its own. */
export const fingerprintsOf = ({ sources }: RunReport) =>
  sources.flatMap(({ datasets }) =>
    datasets.map(({ sourceId, datasetId, source, package: packaged, restored }) => ({
      dataset: `${sourceId} ${datasetId}`,
      source,
      packaged,
      restored,
    })),
  )

/** Exactly one version of each file of the sealed package, all of them listed in it, and nothing else of the source. */
export async function expectNoStrays(room: Room, run: RunRef, source: { sourceId: string; epoch: number }) {
  const ref = { ...run, ...source }
  const text = async (path: string) =>
    (await readBytes(room.store, `${packagePrefix(ref)}${path}`)).toString()
  const listed = (manifest: string) =>
    manifest
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => `bag/${line.slice(66)}`)
  const files = [
    ...listed(await text('bag/manifest-sha256.txt')),
    ...listed(await text('bag/tagmanifest-sha256.txt')),
    ...['bag/tagmanifest-sha256.txt', 'root.json', 'root.json.sig'],
  ]
  expect(files.filter((file, index) => files.indexOf(file) !== index)).toEqual([])
  const versions: string[] = []
  for await (const { key } of room.store.listVersions(sourcePrefix(run, source.sourceId))) {
    if (!key.startsWith(epochWorkPrefix(ref))) versions.push(key)
  }
  expect(versions.toSorted()).toEqual(files.map((file) => `${packagePrefix(ref)}${file}`).toSorted())
  expect(await room.store.abandonUploads(runPrefix(run))).toBe(0)
}

/** Histories end at 51,200 events: ours must stay far below, whatever was killed. */
export async function expectSmallHistories(client: Client, run: RunRef, sourceIds: string[]): Promise<void> {
  const workflow = runWorkflowId(run.contractId, run.runId)
  for (const id of [workflow, ...sourceIds.map((sourceId) => extractionWorkflowId(workflow, sourceId))]) {
    const { events } = await historyOf(client, id)
    expect(events!.length, id).toBeLessThan(2000)
  }
}
