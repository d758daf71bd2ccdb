import type { z } from 'zod'
import type { Dataset, Description, Neighbour, Omission, Part } from '../contract/dataset.ts'
import type { Fingerprint } from '../contract/fingerprint.ts'

/**
 * A connector reaches one source. It reads and never writes there (but for the capabilities that say so), speaks the taxonomy of
 * `contract/errors.ts`, and puts no secret in anything it returns, logs or throws.
 *
 * Rules that `tests/connectors/conformance.ts` checks for every connector:
 * - the same epoch gives the same datasets, parts and bytes, however often and from however many processes it is asked;
 * - what is written at the source after the epoch was opened is not seen by it;
 * - a reading cut short is an error, never a smaller export;
 * - what cannot be exported is an omission;
 * - an aborted signal ends every call soon with the type `cancelled` and leaves nothing open.
 */
export interface Connector {
  /** What this source is, without credentials: `postgresql://host:5432/erp`, `file:///srv/partage`. */
  readonly address: string

  /** Opens one consistent reading. `held` readings live until `close()`, in this process; others live in the workspace. */
  openEpoch(signal: AbortSignal): Promise<Epoch>

  /** Joins a reading opened elsewhere. Throws `epoch-lost` when it is no more. */
  joinEpoch(token: string, signal: AbortSignal): Promise<Epoch>

  close(): Promise<void>
}

/** One consistent reading of a source. Everything read through it is of the same instant, or reported. */
export interface Epoch {
  /** What another process needs to join it. Short, printable, no secret. */
  readonly token: string
  /** The instant of the reading, RFC 3339, by the source's own clock where it has one. */
  readonly openedAt: string

  /** What is really there, in a stable order. */
  discover(signal: AbortSignal): AsyncIterable<Discovered>

  /** Splits a dataset into parts of about `targetBytes` plain bytes each, at least one part even when it is empty. */
  partition(dataset: Dataset, targetBytes: number, signal: AbortSignal): AsyncIterable<Part>

  /** The plain bytes of one part in its open format. May be called again. */
  read(part: Part, signal: AbortSignal): Reading

  /**
   * Count and digest of the dataset as `contract/fingerprint.ts` defines them, by a path that shares nothing with
   * `read` but the epoch. Only for datasets with `hasRecords`.
   */
  fingerprint(dataset: Dataset, signal: AbortSignal): Promise<Fingerprint>

  describe(dataset: Dataset, signal: AbortSignal): Promise<Description>

  /** Cheap: throws `epoch-lost` when the reading is no more. Present for `held` readings. */
  alive?(signal: AbortSignal): Promise<void>

  /** Ends this process's part in the reading; for the holder, the reading itself. May be called twice. */
  close(): Promise<void>
}

export type Discovered =
  | { type: 'dataset'; dataset: Dataset }
  | { type: 'omission'; omission: Omission }
  | { type: 'neighbour'; neighbour: Neighbour }
  /** The access does not see everything: row-level security, a folder that may not be listed. The epoch must fail. */
  | { type: 'partial-access'; item: string; reason: string; remedy: string }

/** The bytes of a part, and what was learnt while reading them (complete once `bytes` has ended). */
export interface Reading {
  bytes: AsyncIterable<Uint8Array>
  /** Records in these bytes as the source reports them; null where the format has none. */
  records(): number | null
  omissions(): Omission[]
}

/** Where a connector keeps what must outlive its process: the listing of a tree. Private to one epoch of one source. */
export interface Workspace {
  write(name: string, bytes: AsyncIterable<Uint8Array>): Promise<void>
  /** Throws `not-found`. */
  read(name: string, signal: AbortSignal): AsyncIterable<Uint8Array>
}

/** Resolves a reference of the plan (`env:NAME`, `file:/path`, `command:program args`) to its secret, in the worker only. */
export type SecretResolver = (reference: string) => Promise<string>

export interface ConnectorContext {
  secrets: SecretResolver
  workspace: Workspace
  /** Globs over dataset ids or, for a tree, paths. What is excluded is discovered as an omission `excluded-by-plan`. */
  selection: { include: string[]; exclude: string[] }
  /** How many connections or files this process may hold open at the source at once. */
  maxConnections: number
}

export type Capability = 'restore' | 'locateDocuments' | 'changesSince' | 'erase' | 'probeAccess'

/** What the registry lists. `Config` is the part of a plan's source under `config`, secret references included. */
export interface ConnectorType<Config = unknown> {
  readonly kind: string
  readonly config: z.ZodType<Config>
  readonly capabilities: readonly Capability[]
  /** `held`: an epoch lives as long as the process that opened it. `durable`: as long as the workspace. */
  readonly epochLifetime: 'held' | 'durable'
  open(config: Config, context: ConnectorContext): Promise<Connector>
  /** Present with the capability `restore`. */
  readonly restore?: RestoreType
  /** Present with `locateDocuments`. */
  locateDocuments?(epoch: Epoch, glob: string, signal: AbortSignal): AsyncIterable<LocatedDocument>
  /**
   * Present with `probeAccess`: tries to log in, and says whether that was accepted and what the source answered, without
   * secrets. Throws `unavailable` when the source could not be asked.
   */
  probeAccess?(config: Config, context: ConnectorContext): Promise<{ allowed: boolean; evidence: string }>
}

export interface LocatedDocument {
  path: string
  bytes: number
  /** RFC 3339. */
  modifiedAt: string
}

/** Restores a package into a scratch target of its own making, to prove that it can be done. */
export interface RestoreType<Target = unknown> {
  /** The plan's `rehearsal.restoreTargets` entry: a server that may create databases, a folder. Secret references included. */
  readonly target: z.ZodType<Target>
  /** The field of a target that one word on a command line stands for: `server`, `folder`. */
  readonly argument: string
  /** Opens the scratch target `name` (letters, digits, `_`), made anew when `fresh`. */
  open(
    target: Target,
    name: string,
    options: { fresh: boolean },
    secrets: SecretResolver,
  ): Promise<ScratchTarget>
}

export interface ScratchTarget {
  /** Loads one volume's plain bytes. Called in restore order; a volume already loaded is not loaded twice. */
  load(volume: VolumeToLoad, bytes: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void>
  /** Count and digest of a restored dataset, by the same definition as the source's. */
  fingerprint(dataset: Dataset, signal: AbortSignal): Promise<Fingerprint>
  /** Removes the scratch target and all it holds. May be called twice, and for one never filled. */
  destroy(): Promise<void>
  close(): Promise<void>
}

export interface VolumeToLoad {
  dataset: Dataset
  description: Description
  partIndex: number
  /** Path under `data/` without `.zst` and `.age`. */
  path: string
}
