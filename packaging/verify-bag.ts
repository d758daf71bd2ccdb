import { createHash } from 'node:crypto'
import { ReversibilityError } from '../contract/errors.ts'
import { collect } from './blocks.ts'
import { type InventoryEntry, inventoryEntrySchema } from './inventory.ts'
import { linesOf, readManifest } from './manifest.ts'
import { metered, newMeter } from './meter.ts'
import type { PackageSource } from './package-source.ts'
import { bagFolder, type RootStatement, rootPath, signaturePath } from './root.ts'
import { type ReportBuilder, StepFailed, type VerificationStep } from './verification-report.ts'
import { problemOfReading } from './verify-reading.ts'
import { decompressZstd } from './volume.ts'

/** Every package has these; others may join them in later versions, and are verified alike. */
const requiredTagFiles = [
  'bagit.txt',
  'bag-info.txt',
  'manifest-sha256.txt',
  'inventory.jsonl.zst',
  'omissions.json',
  'fingerprints.json',
  'RESTORE.md',
  'verify.sh',
]
const tagManifest = 'tagmanifest-sha256.txt'
const payloadManifest = 'manifest-sha256.txt'
const maxSmallBytes = 256 * 1024 * 1024

/** Hashes by path in the bag. */
export type Listed = Map<string, string>

export async function verifyTagFiles(
  source: PackageSource,
  builder: ReportBuilder,
  root: RootStatement,
): Promise<Listed> {
  const step = 'tag-manifest'
  const bytes = await readWhole(source, builder, step, `${bagFolder}${tagManifest}`)
  if (createHash('sha256').update(bytes).digest('hex') !== root.tagmanifestSha256) {
    addAltered(builder, tagManifest)
    throw new StepFailed()
  }
  const tagFiles = await readListed(once(bytes), builder, step, tagManifest)
  for (const path of requiredTagFiles) {
    if (!tagFiles.has(path))
      builder.add(step, 'malformed-manifest', `The tag manifest does not list ${path}.`, path)
  }
  for (const [path, sha256] of tagFiles) {
    if ((await sha256Of(source, builder, step, `${bagFolder}${path}`)) !== sha256) addAltered(builder, path)
  }
  if (tagFiles.get(payloadManifest) !== root.manifestSha256) {
    builder.add(step, 'inconsistent', 'root.json and the tag manifest name different manifests.', rootPath)
  }
  return tagFiles
}

/**
 * The same files, each hashed again whenever it is read: a store that gives other bytes the second time is found out.
 * What was read meanwhile is not to be relied on before its end.
 */
export function pinnedSource(source: PackageSource, builder: ReportBuilder, hashes: Listed): PackageSource {
  return {
    list: () => source.list(),
    async *open(path) {
      const inBag = path.slice(bagFolder.length)
      const expected = path.startsWith(bagFolder) ? hashes.get(inBag) : undefined
      const meter = newMeter()
      try {
        yield* metered(source.open(path), meter)
      } catch (cause) {
        const problem = problemOfReading(cause, path)
        builder.fail('tag-manifest', problem.code, problem.cause, path)
      }
      if (expected === undefined || meter.sha256() === expected) return
      addAltered(builder, inBag)
      throw new StepFailed()
    },
  }
}

function addAltered(builder: ReportBuilder, path: string): void {
  const step = 'tag-manifest'
  if (path === tagManifest) {
    builder.add(
      step,
      'tag-manifest-altered',
      'The tag manifest is not the one signed.',
      `${bagFolder}${path}`,
    )
  } else {
    builder.add(
      step,
      'tag-file-altered',
      `${path} is not the file that the tag manifest lists.`,
      `${bagFolder}${path}`,
    )
  }
}

export async function verifyManifest(source: PackageSource, builder: ReportBuilder): Promise<Listed> {
  const manifest = source.open(`${bagFolder}${payloadManifest}`)
  const payload = await readListed(manifest, builder, 'manifest', payloadManifest)
  for (const path of payload.keys()) {
    if (path.startsWith('data/')) continue
    builder.add(
      'manifest',
      'malformed-manifest',
      `The manifest lists ${path}, which is not under data/.`,
      path,
    )
  }
  return payload
}

/** Every file listed is there, and nothing else is in the bag. Returns the size of each. */
export async function verifyListing(
  source: PackageSource,
  builder: ReportBuilder,
  listed: { tagFiles: Listed; payload: Listed },
): Promise<Map<string, number>> {
  const step = 'listing'
  const sizes = new Map<string, number>()
  try {
    for await (const { path, bytes } of source.list()) {
      if (path === rootPath || path === signaturePath) continue
      if (!path.startsWith(bagFolder)) {
        builder.report.filesBeside++
        continue
      }
      const inBag = path.slice(bagFolder.length)
      if (inBag === tagManifest || listed.tagFiles.has(inBag) || listed.payload.has(inBag))
        sizes.set(inBag, bytes)
      else
        builder.add(step, 'file-unlisted', `${JSON.stringify(path)} is in the bag and in no manifest.`, path)
    }
  } catch (cause) {
    const problem = problemOfReading(cause, bagFolder)
    builder.fail(step, problem.code, problem.cause)
  }
  for (const path of [...listed.tagFiles.keys(), ...listed.payload.keys()]) {
    if (sizes.has(path)) continue
    builder.add(step, 'file-missing', `${path} is listed and is not there.`, `${bagFolder}${path}`)
  }
  return sizes
}

/** Inventory entries as they stand in the package; what is not one ends the step. */
export async function* readInventory(
  source: PackageSource,
  builder: ReportBuilder,
): AsyncGenerator<InventoryEntry> {
  const path = `${bagFolder}inventory.jsonl.zst`
  try {
    for await (const line of linesOf(decompressZstd(source.open(path)))) {
      const parsed = inventoryEntrySchema.safeParse(typeof line === 'string' ? parseJson(line) : undefined)
      if (!parsed.success) {
        builder.fail('consistency', 'inconsistent', 'A line of the inventory is not of this format.', path)
      }
      yield parsed.data
    }
  } catch (cause) {
    if (!(cause instanceof ReversibilityError) || cause.type !== 'integrity-mismatch') throw cause
    builder.fail('consistency', 'inconsistent', `The inventory cannot be read: ${cause.message}`, path)
  }
}

/** Reads a small tag file, verified before, as JSON. */
export async function readJson(source: PackageSource, path: string): Promise<unknown> {
  return parseJson((await collect(source.open(`${bagFolder}${path}`), maxSmallBytes)).toString('utf8'))
}

/** Undefined for what is not JSON: no schema accepts it. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

async function readListed(
  bytes: AsyncIterable<Uint8Array>,
  builder: ReportBuilder,
  step: VerificationStep,
  path: string,
): Promise<Listed> {
  const listed: Listed = new Map()
  for await (const entry of readManifest(bytes)) {
    if (typeof entry === 'string') {
      const code = entry.endsWith('is not safe') ? 'unsafe-path' : 'malformed-manifest'
      builder.add(step, code, `In ${path}, ${entry}.`, `${bagFolder}${path}`)
    } else if (listed.has(entry.path)) {
      builder.add(step, 'malformed-manifest', `${path} lists ${entry.path} twice.`, `${bagFolder}${path}`)
    } else {
      listed.set(entry.path, entry.sha256)
    }
  }
  return listed
}

/** A small file. What cannot be had ends the step. */
export async function readWhole(
  source: PackageSource,
  builder: ReportBuilder,
  step: VerificationStep,
  path: string,
): Promise<Buffer> {
  try {
    return await collect(source.open(path), maxSmallBytes)
  } catch (cause) {
    const problem = problemOfReading(cause, path)
    builder.fail(step, problem.code, problem.cause, path)
  }
}

/** The hash of a file of any size. What cannot be had ends the step. */
export async function sha256Of(
  source: PackageSource,
  builder: ReportBuilder,
  step: VerificationStep,
  path: string,
): Promise<string> {
  const meter = newMeter()
  try {
    for await (const _ of metered(source.open(path), meter)) {
      // Hashed on its way.
    }
  } catch (cause) {
    const problem = problemOfReading(cause, path)
    builder.fail(step, problem.code, problem.cause, path)
  }
  return meter.sha256()
}
