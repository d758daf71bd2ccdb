import { createHash } from 'node:crypto'
import type { Epoch } from '../connectors/connector.ts'
import type { Omission, Part, Volume } from '../contract/dataset.ts'
import { ReversibilityError } from '../contract/errors.ts'
import type { Fingerprint } from '../contract/fingerprint.ts'
import { bagKey, type EpochRef, volumeRecordKey } from '../contract/layout.ts'
import type { EpochInput, ExtractionCursor, PartRange } from '../contract/run.ts'
import { fingerprintVolume } from '../packaging/formats/fingerprint-volume.ts'
import { decodeVolume, deliveredPath, encodeVolume } from '../packaging/volume.ts'
import { readJson } from '../store/json.ts'
import type { ObjectStore } from '../store/object-store.ts'
import type { ActivityDependencies } from './dependencies.ts'
import { ephemeralIdentities } from './ephemeral-key.ts'
import { withHeartbeat } from './heartbeat.ts'
import { readParts } from './lists.ts'
import { loadPlan } from './plan.ts'
import { inEpoch, sourceOf } from './source.ts'
import { throttled } from './throttle.ts'

export interface ExtractionTask extends EpochInput {
  range: PartRange
  /** RFC 3339: when the source's allowed hours end. The part under way is finished, the rest is left. */
  until?: string
  recipients: string[]
  /** Whether volumes are decoded as they are read back, counted and digested. */
  reconcile: boolean
  /** How many of these activities share the source's bandwidth. */
  readers: number
}

/** A volume as its record holds it: what the inventory says of it, and what was learnt while making it. */
export interface VolumeRecord extends Volume {
  fingerprint: Fingerprint | null
  omissions: Omission[]
}

export function extractActivities(dependencies: ActivityDependencies) {
  return {
    /**
     * Extracts a range of parts one after the other: read, encode, store, read the stored version back, hash it again, and
     * only then record it. A repeated attempt passes over what is recorded. Returns where it stopped and what it did.
     */
    async extractRange(task: ExtractionTask): Promise<ExtractionCursor> {
      return withHeartbeat<ExtractionCursor, ExtractionCursor>(({ signal, tell }) =>
        inEpoch(dependencies, task, signal, async (epoch) => {
          const ref: EpochRef = { ...task.run, ...task }
          const store = dependencies.storeOf(task.run.bucket)
          const plan = await loadPlan(dependencies, task.run)
          const { bandwidth } = sourceOf(plan, task.sourceId).limits
          const making: Making = {
            store,
            ref,
            epoch,
            task,
            signal,
            identities: await ephemeralIdentities(dependencies, task.run),
            bytesPerSecond: bandwidth === undefined ? undefined : bandwidth / task.readers,
          }
          const cursor: ExtractionCursor = {
            next: task.range.from,
            parts: 0,
            plainBytes: 0,
            records: 0,
            verifiedBytes: 0,
          }
          for await (const part of readParts(store, ref, task.range)) {
            if (task.until && Date.parse(task.until) <= Date.now()) break
            signal.throwIfAborted()
            const volume =
              (await recorded(store, ref, cursor.next)) ?? (await makeVolume(making, part, cursor.next))
            cursor.next += 1
            cursor.parts += 1
            cursor.plainBytes += volume.plainBytes
            cursor.records += volume.records ?? 0
            cursor.verifiedBytes += volume.deliveredBytes
            tell({ ...cursor })
          }
          return cursor
        }),
      )
    },
  }
}

interface Making {
  store: ObjectStore
  ref: EpochRef
  epoch: Epoch
  task: ExtractionTask
  signal: AbortSignal
  identities: string[]
  bytesPerSecond: number | undefined
}

async function recorded(
  store: ObjectStore,
  ref: EpochRef,
  number: number,
): Promise<VolumeRecord | undefined> {
  const key = volumeRecordKey(ref, number)
  try {
    return await readJson<VolumeRecord>(store, key)
  } catch (error) {
    if (error instanceof ReversibilityError && error.type === 'not-found') return undefined
    throw error
  }
}

async function makeVolume(making: Making, part: Part, number: number): Promise<VolumeRecord> {
  const { store, ref, epoch, task, signal } = making
  const path = deliveredPath(part, { recipients: task.recipients })
  const key = bagKey(ref, path)
  const reading = epoch.read(part, signal)
  const encoding = encodeVolume(throttled(reading.bytes, making.bytesPerSecond, signal), {
    compress: part.compress,
    recipients: task.recipients,
  })
  const put = await store.put(key, encoding.bytes, { expectedBytes: part.estimatedBytes, signal })
  if (!put.created) throw new Error(`${key} was refused though nothing forbade it`)
  const encoded = encoding.result()
  const { versionId } = put.object
  const fingerprint = await readBack(making, { key, versionId, path, part, sha256: encoded.deliveredSha256 })
  const volume: VolumeRecord = {
    datasetId: part.datasetId,
    partIndex: part.index,
    path,
    format: part.format,
    records: reading.records(),
    ...encoded,
    versionId,
    fingerprint,
    omissions: reading.omissions(),
  }
  if (fingerprint && volume.records !== null && fingerprint.records !== volume.records) {
    throw new ReversibilityError(
      'integrity-mismatch',
      `${path} holds ${fingerprint.records} records where the source delivered ${volume.records}.`,
      {
        subject: `source:${ref.sourceId}`,
        remedy:
          'Do not deliver this epoch: report it with the log of the worker, then start the source over.',
      },
    )
  }
  // The first to record wins: an attempt that everyone gave up may still be at work, and must change nothing.
  const record = await store.put(volumeRecordKey(ref, number), Buffer.from(JSON.stringify(volume)), {
    ifAbsent: true,
  })
  return record.created ? volume : await readJson<VolumeRecord>(store, volumeRecordKey(ref, number))
}

interface StoredVolume {
  key: string
  versionId: string | null
  path: string
  part: Part
  sha256: string
}

/** Never believe a 200: what is stored is read again by its version, and hashed; in the same pass, counted and digested. */
async function readBack(making: Making, stored: StoredVolume): Promise<Fingerprint | null> {
  const { store, task, identities, signal } = making
  const hash = createHash('sha256')
  const bytes = hashed(store.get(stored.key, { versionId: stored.versionId, signal }), hash)
  const readable = task.recipients.length === 0 || identities.length > 0
  let fingerprint: Fingerprint | null = null
  if (task.reconcile && readable) {
    fingerprint = await fingerprintVolume(
      stored.part.format,
      decodeVolume(bytes, stored.path, { identities }),
    )
  } else {
    for await (const _ of bytes);
  }
  const found = hash.digest('hex')
  if (found === stored.sha256) return fingerprint
  throw new ReversibilityError(
    'integrity-mismatch',
    `What the store holds under ${stored.key} is not what was sent to it.`,
    {
      subject: `source:${making.ref.sourceId}`,
      remedy: 'Check the disks and the memory of the S3 server before starting this source over.',
    },
  )
}

async function* hashed(
  bytes: AsyncIterable<Uint8Array>,
  hash: ReturnType<typeof createHash>,
): AsyncIterable<Uint8Array> {
  for await (const chunk of bytes) {
    hash.update(chunk)
    yield chunk
  }
}
