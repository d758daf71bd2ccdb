import { ReversibilityError } from '../contract/errors.ts'
import type { PackageSource } from './package-source.ts'
import { ReportBuilder, StepFailed, type VerificationReport } from './verification-report.ts'
import { pinnedSource, verifyListing, verifyManifest, verifyTagFiles } from './verify-bag.ts'
import { verifyConsistency } from './verify-consistency.ts'
import { type Expectation, verifyStatement } from './verify-statement.ts'
import { verifyVolumes } from './verify-volumes.ts'

export type { PackageSource } from './package-source.ts'
export type { VerificationProblem, VerificationReport } from './verification-report.ts'
export type { Expectation } from './verify-statement.ts'

export interface VerificationOptions {
  /** Pinned keys, got by another way than the package: lines `ssh-ed25519 AAAA… comment`. */
  allowedKeys: readonly string[]
  /** age identities. Without any, an encrypted package is checked as delivered, and its contents are not read. */
  identities?: readonly string[]
  expect?: Expectation
  onProgress?(progress: VerificationProgress): void
  signal?: AbortSignal
}

export interface VerificationProgress {
  deliveredBytes: number
  expectedBytes: number
}

/**
 * Says whether a package is whole, unaltered and signed by a pinned key, in the order of `verificationSteps`; the first
 * step that fails is the last one taken, with all its problems. Writes nothing. Memory grows with the number of
 * volumes (their names and hashes), not with their size.
 * Throws only for what says nothing of the package: `invalid-input` for a key that cannot be read, `not-found` when
 * there is no package at all, `cancelled`, and failures of the source.
 */
export async function verifyPackage(
  source: PackageSource,
  options: VerificationOptions,
): Promise<VerificationReport> {
  const builder = new ReportBuilder()
  const signal = options.signal ?? new AbortController().signal
  let readsContents = true
  try {
    const { allowedKeys, expect = {} } = options
    const root = await verifyStatement(source, builder, { allowedKeys, expect })
    stopOn(builder)
    const tagFiles = await verifyTagFiles(source, builder, root)
    stopOn(builder)
    const pinned = pinnedSource(source, builder, tagFiles)
    const payload = await verifyManifest(pinned, builder)
    stopOn(builder)
    const sizes = await verifyListing(source, builder, { tagFiles, payload })
    stopOn(builder)
    const stated = await verifyConsistency({ source: pinned, builder, root, payload, sizes })
    stopOn(builder)
    const identities = options.identities ?? []
    readsContents = root.encryption === null || identities.length > 0
    let deliveredBytes = 0
    await verifyVolumes({
      source: pinned,
      builder,
      stated,
      identities: readsContents ? identities : null,
      signal,
      onBytes(bytes) {
        deliveredBytes += bytes
        options.onProgress?.({ deliveredBytes, expectedBytes: root.counts.deliveredBytes })
      },
    })
    builder.report.contentsRead = readsContents && !builder.hasFailed('volumes')
  } catch (cause) {
    if (signal.aborted) throw cancelled(cause)
    if (!(cause instanceof StepFailed)) throw cause
    if (builder.report.keyFingerprint === null) await refuseNothing(source)
  }
  return builder.finish(readsContents ? [] : ['contents'])
}

/** The same, for who only wants to go on when all is well. Throws `integrity-mismatch` with the first problem. */
export async function requireValidPackage(
  source: PackageSource,
  options: VerificationOptions,
): Promise<VerificationReport> {
  const report = await verifyPackage(source, options)
  const [problem] = report.problems
  if (problem === undefined) return report
  throw new ReversibilityError('integrity-mismatch', problem.cause, {
    subject: problem.path ?? problem.step,
    remedy: 'Refuse the package, and ask for it again from an untouched copy.',
  })
}

function stopOn(builder: ReportBuilder): void {
  if (builder.report.problems.length > 0) throw new StepFailed()
}

/** An empty place is not a forged package. */
async function refuseNothing(source: PackageSource): Promise<void> {
  try {
    for await (const _ of source.list()) return
  } catch (cause) {
    // What cannot be listed as plain files is no empty place: the problem found first stands.
    if (cause instanceof ReversibilityError && cause.type === 'integrity-mismatch') return
    throw cause
  }
  throw new ReversibilityError('not-found', 'There is no package here.', {
    remedy: 'Name the epoch folder: the one that holds bag/ and root.json.',
  })
}

function cancelled(cause: unknown): ReversibilityError {
  return new ReversibilityError('cancelled', 'The verification was cancelled.', {
    remedy: 'Run it again: it keeps nothing.',
    cause,
  })
}
