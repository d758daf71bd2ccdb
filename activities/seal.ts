import type { Omission, Volume } from '../contract/dataset.ts'
import { combineFingerprints, type Fingerprint } from '../contract/fingerprint.ts'
import { type EpochRef, packagePrefix, rootKey, volumeRecordKey } from '../contract/layout.ts'
import type { EpochInput } from '../contract/run.ts'
import { sha256, writeOnce } from '../evidence/journal.ts'
import { type PackageContent, type PackageSink, sealBag } from '../packaging/bag.ts'
import { rootPath, signRoot } from '../packaging/root.ts'
import { readBytes, readJson } from '../store/json.ts'
import type { ObjectStore } from '../store/object-store.ts'
import type { ActivityDependencies } from './dependencies.ts'
import type { VolumeRecord } from './extract.ts'
import { withHeartbeat } from './heartbeat.ts'
import { readDatasets, readDescriptions, readFingerprints, readOmissions } from './lists.ts'
import { loadPlan } from './plan.ts'
import { sourceOf } from './source.ts'

export interface SealTask extends EpochInput {
  parts: number
  address: string
  openedAt: string
  sealedAt: string
  previousRoot: string | null
  recipients: string[]
}

export interface Sealed {
  rootSha256: string
  volumes: number
  records: number
  plainBytes: number
  deliveredBytes: number
  omissions: number
  /** The first few found while reading, for findings. */
  changedWhileRead: Omission[]
}

const maxOmissionsTold = 20

export function sealActivities(dependencies: ActivityDependencies) {
  return {
    /**
     * Makes the extracted epoch a package: removes what an abandoned attempt left, writes the bag around the
     * recorded volumes, states the root and signs it. The root is written last, once: before it, there is no package.
     */
    async sealSource(task: SealTask): Promise<Sealed> {
      return withHeartbeat(async () => {
        const ref: EpochRef = { ...task.run, ...task }
        const store = dependencies.storeOf(task.run.bucket)
        const plan = await loadPlan(dependencies, task.run)
        const survey = await surveyVolumes(store, ref, task.parts)
        if ((await store.head(rootKey(ref))) === undefined) {
          await removeStrays(store, ref, survey.pinned)
          const source = sourceOf(plan, task.sourceId)
          const content: PackageContent = {
            contractId: task.run.contractId,
            runId: task.run.runId,
            kind: task.run.kind,
            sourceId: task.sourceId,
            sourceTitle: source.title,
            connector: source.connector,
            address: task.address,
            epoch: task.epoch,
            openedAt: task.openedAt,
            sealedAt: task.sealedAt,
            provider: plan.contract.parties.provider.name,
            client: plan.contract.parties.client.name,
            previousRoot: task.previousRoot,
            language: plan.contract.language,
            recipients: task.recipients,
            datasets: await readDatasets(store, ref),
            descriptions: await readDescriptions(store, ref),
            fingerprints: (await readFingerprints(store, ref)).map((each) => {
              const packaged = survey.fingerprints.get(each.datasetId)
              return packaged ? { ...each, package: combineFingerprints(packaged) } : each
            }),
            omissions: [...(await readOmissions(store, ref)), ...survey.omissions],
            volumes: () => volumesOf(store, ref, task.parts),
          }
          await sealBag(sinkOf(store, ref), content)
        }
        const rootBytes = await readBytes(store, rootKey(ref))
        const signature = signRoot(rootBytes, await dependencies.resolveSecret(plan.delivery.signingKey))
        await writeOnce(store, `${rootKey(ref)}.sig`, Buffer.from(signature))
        return {
          rootSha256: sha256(rootBytes),
          ...survey.totals,
          omissions: survey.omissions.length + (await readOmissions(store, ref)).length,
          changedWhileRead: survey.omissions.slice(0, maxOmissionsTold),
        }
      })
    },
  }
}

interface Survey {
  pinned: Map<string, string | null>
  fingerprints: Map<string, Fingerprint[]>
  omissions: Omission[]
  totals: { volumes: number; records: number; plainBytes: number; deliveredBytes: number }
}

async function surveyVolumes(store: ObjectStore, ref: EpochRef, parts: number): Promise<Survey> {
  const survey: Survey = {
    pinned: new Map(),
    fingerprints: new Map(),
    omissions: [],
    totals: { volumes: 0, records: 0, plainBytes: 0, deliveredBytes: 0 },
  }
  for await (const volume of recordsOf(store, ref, parts)) {
    survey.pinned.set(`${packagePrefix(ref)}bag/${volume.path}`, volume.versionId)
    survey.omissions.push(...volume.omissions)
    survey.totals.volumes += 1
    survey.totals.records += volume.records ?? 0
    survey.totals.plainBytes += volume.plainBytes
    survey.totals.deliveredBytes += volume.deliveredBytes
    if (volume.fingerprint) {
      const known = survey.fingerprints.get(volume.datasetId) ?? []
      // Combined as they come, so that a dataset of a million parts holds one fingerprint and not a million.
      survey.fingerprints.set(volume.datasetId, [combineFingerprints([...known, volume.fingerprint])])
    }
  }
  return survey
}

/** The record of every part, in order, read a few ahead. A missing one is an error: it would be a smaller export. */
export async function* recordsOf(
  store: ObjectStore,
  ref: EpochRef,
  parts: number,
): AsyncIterable<VolumeRecord> {
  const readAhead = 16
  const reading: Promise<VolumeRecord>[] = []
  const startReading = (part: number) => {
    const record = readJson<VolumeRecord>(store, volumeRecordKey(ref, part))
    // Awaited below, in order; until then a failure must not count as unhandled.
    record.catch(() => {})
    reading.push(record)
  }
  for (let part = 0; part < Math.min(parts, readAhead); part += 1) startReading(part)
  for (let part = 0; part < parts; part += 1) {
    if (part + readAhead < parts) startReading(part + readAhead)
    yield await reading.shift()!
  }
}

async function* volumesOf(store: ObjectStore, ref: EpochRef, parts: number): AsyncIterable<Volume> {
  for await (const { fingerprint: _, omissions: __, ...volume } of recordsOf(store, ref, parts)) yield volume
}

/** Takes away every version that is not the recorded one: what an abandoned attempt stored, or a seal cut short. */
async function removeStrays(
  store: ObjectStore,
  ref: EpochRef,
  pinned: Map<string, string | null>,
): Promise<void> {
  await store.abandonUploads(packagePrefix(ref))
  for await (const version of store.listVersions(packagePrefix(ref))) {
    const wanted = pinned.get(version.key)
    if (wanted !== undefined && (wanted === version.versionId || wanted === null)) continue
    await store.deleteVersion(version.key, version.versionId)
  }
}

function sinkOf(store: ObjectStore, ref: EpochRef): PackageSink {
  return {
    async write(path, bytes) {
      if (path === rootPath) {
        await writeOnce(store, rootKey(ref), Buffer.from(bytes as Uint8Array))
        return { versionId: null }
      }
      const put = await store.put(`${packagePrefix(ref)}${path}`, bytes)
      if (!put.created) throw new Error(`${path} was refused though nothing forbade it`)
      return { versionId: put.object.versionId }
    },
  }
}
