import type { Dataset, DatasetFingerprints, Description, Omission, Volume } from '../contract/dataset.ts'
import type { RunKind } from '../contract/status.ts'
import type { RootStatement } from './root.ts'

/** Where a package is written. Paths are from the epoch folder: `bag/manifest-sha256.txt`, `root.json`. */
export interface PackageSink {
  /**
   * Writes one file. Called again for the same path with the same bytes, it returns the version of the first call, so
   * that sealing again gives the same root. A versioned sink that finds other bytes there throws `integrity-mismatch`.
   */
  write(path: string, bytes: Uint8Array | AsyncIterable<Uint8Array>): Promise<{ versionId: string | null }>
}

/** Everything that a package says, apart from the volumes themselves, which are in place before it is sealed. */
export interface PackageContent {
  contractId: string
  runId: string
  kind: RunKind
  sourceId: string
  sourceTitle: string
  connector: string
  address: string
  epoch: number
  /** RFC 3339. Given, not read from a clock, so that sealing again gives the same bytes. */
  openedAt: string
  sealedAt: string
  provider: string
  client: string
  previousRoot: string | null
  language: 'fr' | 'en'
  recipients: readonly string[]
  datasets: readonly Dataset[]
  descriptions: readonly Description[]
  fingerprints: readonly DatasetFingerprints[]
  omissions: readonly Omission[]
  /** In the order of `datasets`, then of parts. Called several times; the same each time. */
  volumes(): AsyncIterable<Volume>
}

export interface SealedBag {
  root: RootStatement
  /** The bytes of `root.json`: what is to be signed, with `signRoot`. */
  rootBytes: Uint8Array
  rootSha256: string
}
