import { ReversibilityError } from '../contract/errors.ts'
import {
  combineFingerprints,
  emptyFingerprint,
  type Fingerprint,
  sameFingerprint,
} from '../contract/fingerprint.ts'
import { concurrently } from './concurrently.ts'
import { fingerprintVolume } from './formats/fingerprint-volume.ts'
import type { InventoryEntry } from './inventory.ts'
import { type Meter, newMeter } from './meter.ts'
import type { PackageSource } from './package-source.ts'
import { bagFolder } from './root.ts'
import type { ReportBuilder } from './verification-report.ts'
import { readInventory, sha256Of } from './verify-bag.ts'
import type { StatedFingerprints } from './verify-consistency.ts'
import { problemOfReading } from './verify-reading.ts'
import { decodeVolume } from './volume.ts'

export interface VolumesRequest {
  source: PackageSource
  builder: ReportBuilder
  stated: StatedFingerprints
  /** Null: the contents cannot be read; only the delivered bytes are hashed. */
  identities: readonly string[] | null
  onBytes(deliveredBytes: number): void
  signal: AbortSignal
}

const volumesAtOnce = 2

/** One pass over every volume, two at a time: hashed as delivered, decoded, hashed and counted as plain. */
export async function verifyVolumes(request: VolumesRequest): Promise<void> {
  const { source, builder, stated, signal } = request
  const sums = new Map<string, Fingerprint>()
  await concurrently(readInventory(source, builder), volumesAtOnce, async (entry) => {
    signal.throwIfAborted()
    const fingerprint = await verifyVolume(entry, request)
    if (fingerprint === null) return
    const sum = sums.get(entry.dataset) ?? emptyFingerprint
    sums.set(entry.dataset, combineFingerprints([sum, fingerprint]))
  })
  if (builder.hasFailed('volumes') || request.identities === null) return
  compareFingerprints(builder, sums, stated)
}

/** The fingerprint of what was read; null where there is none, or the volume is not as it should be. */
async function verifyVolume(entry: InventoryEntry, request: VolumesRequest): Promise<Fingerprint | null> {
  const { source, builder, identities } = request
  const path = `${bagFolder}${entry.path}`
  const delivered = newMeter()
  const plain = newMeter()
  let fingerprint: Fingerprint | null = null
  let failure: ReversibilityError | undefined
  const bytes = bounded(source.open(path), delivered, entry.deliveredBytes, request)
  try {
    if (identities === null) {
      for await (const _ of bytes) {
        // Hashed on its way.
      }
    } else {
      const decoded = bounded(decodeVolume(bytes, entry.path, { identities }), plain, entry.plainBytes)
      fingerprint = await fingerprintVolume(entry.format, decoded)
    }
  } catch (cause) {
    const isAboutContent =
      cause instanceof ReversibilityError && ['integrity-mismatch', 'access-denied'].includes(cause.type)
    if (!isAboutContent && !(cause instanceof TooLong)) {
      const problem = problemOfReading(cause, path)
      builder.add('volumes', problem.code, problem.cause, path)
      return null
    }
    failure = cause instanceof ReversibilityError ? cause : undefined
  }
  const isWhole = failure === undefined && delivered.bytes === entry.deliveredBytes
  // What could not be decoded was not read to its end: is it the delivered bytes that are wrong, or what is in them?
  const sha256 = isWhole ? delivered.sha256() : await sha256Of(source, builder, 'volumes', path)
  if (sha256 !== entry.deliveredSha256) {
    builder.add('volumes', 'volume-altered', `${entry.path} is not the file that the manifest lists.`, path)
    return null
  }
  if (identities === null) {
    addTotals(builder, entry)
    return null
  }
  if (failure !== undefined) {
    const code = failure.type === 'access-denied' ? 'no-identity-fits' : 'volume-undecodable'
    builder.add('contents', code, failure.message, path)
    return null
  }
  if (plain.bytes !== entry.plainBytes || plain.sha256() !== entry.plainSha256) {
    builder.add(
      'contents',
      'plain-altered',
      `${entry.path} does not decode to the bytes that the inventory lists.`,
      path,
    )
    return null
  }
  if (fingerprint !== null && entry.records !== null && fingerprint.records !== entry.records) {
    builder.add(
      'contents',
      'count-mismatch',
      `${entry.path} holds ${fingerprint.records} records where the source reported ${entry.records}.`,
      path,
    )
  }
  addTotals(builder, entry, fingerprint?.records)
  return fingerprint
}

function addTotals(builder: ReportBuilder, entry: InventoryEntry, records?: number): void {
  const { totals } = builder.report
  totals.volumes++
  totals.deliveredBytes += entry.deliveredBytes
  totals.plainBytes += entry.plainBytes
  totals.records += records ?? entry.records ?? 0
}

function compareFingerprints(
  builder: ReportBuilder,
  sums: ReadonlyMap<string, Fingerprint>,
  stated: StatedFingerprints,
): void {
  for (const { dataset, source, package: sealed } of stated) {
    const found = sums.get(dataset) ?? null
    builder.report.datasets.push({ datasetId: dataset, source, package: found })
    if (found === null) {
      builder.add(
        'contents',
        'inconsistent',
        `${JSON.stringify(dataset)} has a fingerprint and no records to compare.`,
      )
    } else if (found.records !== source.records) {
      builder.add(
        'contents',
        'count-mismatch',
        `${JSON.stringify(dataset)} holds ${found.records} records where the source had ${source.records}.`,
      )
    } else if (!sameFingerprint(found, source)) {
      builder.add(
        'contents',
        'fingerprint-mismatch',
        `${JSON.stringify(dataset)} holds as many records as the source had, and not the same ones.`,
      )
    } else if (sealed !== undefined && !sameFingerprint(found, sealed)) {
      builder.add(
        'contents',
        'inconsistent',
        `${JSON.stringify(dataset)} is not what was read when it was sealed.`,
      )
    }
  }
}

class TooLong extends Error {}

/** Counts, hashes, and stops what is longer than was signed: a small file may decompress without end. */
async function* bounded(
  source: AsyncIterable<Uint8Array>,
  meter: Meter,
  maxBytes: number,
  watch?: { onBytes(bytes: number): void; signal: AbortSignal },
): AsyncGenerator<Uint8Array> {
  for await (const chunk of source) {
    watch?.signal.throwIfAborted()
    meter.update(chunk)
    if (meter.bytes > maxBytes) throw new TooLong()
    watch?.onBytes(chunk.length)
    yield chunk
  }
}
