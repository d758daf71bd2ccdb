import { createHash } from 'node:crypto'
import type { ScratchTarget } from '../connectors/connector.ts'
import { loadInOrder } from '../connectors/load-in-order.ts'
import type { Dataset, Description } from '../contract/dataset.ts'
import { ReversibilityError } from '../contract/errors.ts'
import type { Fingerprint } from '../contract/fingerprint.ts'
import { bagKey, type EpochRef, restoredKey } from '../contract/layout.ts'
import type { EpochInput, RunContext } from '../contract/run.ts'
import { decodeVolume, plainPath } from '../packaging/volume.ts'
import { toLines } from '../store/json.ts'
import type { ActivityDependencies } from './dependencies.ts'
import { ephemeralIdentities } from './ephemeral-key.ts'
import type { VolumeRecord } from './extract.ts'
import { withHeartbeat } from './heartbeat.ts'
import { readDatasets, readDescriptions } from './lists.ts'
import { loadPlan } from './plan.ts'
import { recordsOf } from './seal.ts'
import { connectorTypeOf, sourceOf } from './source.ts'

export interface RestoreTask extends EpochInput {
  parts: number
}

export interface RestoredDataset {
  datasetId: string
  restored: Fingerprint
}

export function restoreActivities(dependencies: ActivityDependencies) {
  return {
    /**
     * Restores the sealed volumes, by version, into a scratch target and fingerprints what came of it. Every volume is
     * hashed again on its way. The first attempt begins with an empty target; a repeated one goes on.
     */
    async restoreSource(task: RestoreTask): Promise<{ restoredBytes: number }> {
      return withHeartbeat<{ restoredBytes: number }, { restoredBytes: number }>(
        async ({ signal, resumed, tell }) => {
          const ref: EpochRef = { ...task.run, ...task }
          const store = dependencies.storeOf(task.run.bucket)
          const identities = await ephemeralIdentities(dependencies, task.run)
          const target = await openScratch(dependencies, task, { fresh: resumed === undefined })
          try {
            let restoredBytes = 0
            tell({ restoredBytes })
            const datasets = new Map<string, Dataset>()
            for (const dataset of await readDatasets(store, ref)) datasets.set(dataset.id, dataset)
            const descriptions = new Map<string, Description>()
            for (const each of await readDescriptions(store, ref)) descriptions.set(each.datasetId, each)

            await loadInOrder(target, {
              datasets,
              descriptions,
              volumes: () => recordsOf(store, ref, task.parts),
              pathOf: (volume) => plainPath(volume.path),
              read(volume) {
                const hash = createHash('sha256')
                const stored = store.get(bagKey(ref, volume.path), { versionId: volume.versionId, signal })
                const plain = decodeVolume(hashing(stored, hash), volume.path, { identities })
                return checked(plain, hash, volume)
              },
              onLoaded(volume) {
                restoredBytes += volume.deliveredBytes
                tell({ restoredBytes })
              },
              signal,
            })
            const restored: RestoredDataset[] = []
            for (const dataset of datasets.values()) {
              if (!dataset.hasRecords) continue
              restored.push({ datasetId: dataset.id, restored: await target.fingerprint(dataset, signal) })
            }
            await store.put(restoredKey(ref), toLines(restored))
            return { restoredBytes }
          } finally {
            await target.close()
          }
        },
      )
    },

    /** Removes the scratch target of a source, filled or not. */
    async removeScratch(input: { run: RunContext; sourceId: string }): Promise<void> {
      await withHeartbeat(async () => {
        const target = await openScratch(dependencies, input, { fresh: false })
        try {
          await target.destroy()
        } finally {
          await target.close()
        }
      })
    },
  }
}

async function* hashing(
  bytes: AsyncIterable<Uint8Array>,
  hash: ReturnType<typeof createHash>,
): AsyncIterable<Uint8Array> {
  for await (const chunk of bytes) {
    hash.update(chunk)
    yield chunk
  }
}

/** Passes the plain bytes on and, before the end, makes sure that they came from the bytes that were sealed. */
async function* checked(
  plain: AsyncIterable<Uint8Array>,
  delivered: ReturnType<typeof createHash>,
  volume: VolumeRecord,
): AsyncIterable<Uint8Array> {
  yield* plain
  if (delivered.digest('hex') === volume.deliveredSha256) return
  throw new ReversibilityError('integrity-mismatch', `${volume.path} is no longer what was sealed.`, {
    remedy: 'Find out who could write to the bucket; extract the source again.',
  })
}

async function openScratch(
  dependencies: ActivityDependencies,
  input: { run: RunContext; sourceId: string },
  options: { fresh: boolean },
): Promise<ScratchTarget> {
  const plan = await loadPlan(dependencies, input.run)
  const source = sourceOf(plan, input.sourceId)
  const { restore } = connectorTypeOf(dependencies, source)
  const target = plan.rehearsal.restoreTargets[input.sourceId]
  if (!restore || !target) {
    throw new ReversibilityError('unsupported', `Source ${input.sourceId} has no restore target.`, {
      remedy: 'Name one under rehearsal.restoreTargets in the plan.',
    })
  }
  const name = `${input.run.runId}_${input.sourceId}`.toLowerCase().replaceAll(/[^a-z0-9_]/g, '_')
  return restore.open(restore.target.parse(target.config), name, options, dependencies.resolveSecret)
}
