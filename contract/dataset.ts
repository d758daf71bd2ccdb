import type { Fingerprint } from './fingerprint.ts'

/** How a volume's plain bytes are to be read. Each has one reader in `packaging/formats/`. */
export type VolumeFormat = 'csv' | 'tar' | 'sql' | 'jsonl' | 'sh' | 'binary'

/** When a dataset is loaded on restore: definitions first, then data, then what checks or completes it. */
export type RestoreStage = 'before' | 'data' | 'after'

/** One thing in a source that is handed over whole: a table, a tree of files, a schema's definitions. */
export interface Dataset {
  /** Unique in its source and the same at every discovery, as a person would name it: `public.client`. Any characters. */
  id: string
  /** Connector's own word, shown to people: `table`, `tree`, `definition`, `large-objects`… */
  kind: string
  /** Folder or file under `data/` for its volumes: letters, digits and `-_./` only, unique in its source. */
  slug: string
  format: VolumeFormat
  restoreStage: RestoreStage
  estimatedBytes: number
  /** Undefined where the source has no estimate. */
  estimatedRecords?: number
  /** True when `fingerprint` can be computed: it holds records. Definitions and scripts do not. */
  hasRecords: boolean
}

/** A bounded, deterministic share of a dataset: the unit of work, of retry and of progress. Becomes one volume. */
export interface Part {
  datasetId: string
  /** From 0, in the dataset's order. */
  index: number
  /** Path under `data/` of the plain bytes, before `.zst` and `.age` are appended: `tables/public.client/part-00000.csv`. */
  path: string
  format: VolumeFormat
  /** False for small definitions that a reader wants to open as they are. */
  compress: boolean
  estimatedBytes: number
  /** The connector's own note of what to read: a ctid range, a slice of the listing. Small, JSON. */
  cursor: unknown
}

/** What a reader needs to use a dataset's volumes: becomes a resource of the Data Package. */
export interface Description {
  datasetId: string
  title: string
  /** Frictionless Table Schema v1 (fields with name, type, and the source's own type as `sourceType`); tabular formats only. */
  tableSchema?: TableSchema
  /** The name to restore to, as the source quotes it: `"public"."client"`. */
  restoreName?: string
  notes: string[]
}

export interface TableSchema {
  fields: {
    name: string
    type: string
    format?: string
    sourceType?: string
    /** How a `boolean` is written, where it is not `true` and `false`. */
    trueValues?: string[]
    falseValues?: string[]
    constraints?: Record<string, unknown>
  }[]
  primaryKey?: string[]
  foreignKeys?: { fields: string[]; reference: { resource: string; fields: string[] } }[]
  missingValues?: string[]
}

/** Something that is not handed over, and why. Listed, signed, in every package. */
export interface Omission {
  datasetId: string
  /** What is left out, as the source names it: a path, a large object's number. */
  item: string
  /** One sentence. */
  reason: string
  code: 'cannot-be-exported' | 'changed-while-read' | 'excluded-by-plan' | 'unreadable'
}

/** A system that the same access reaches but that this source does not cover: another database of the server. */
export interface Neighbour {
  /** Comparable with a source's own `address`: `postgresql://host:5432/archives`. Holds no credentials. */
  address: string
  title: string
  estimatedBytes?: number
}

/** The record of one delivered part, written once its bytes were read back and hashed again. */
export interface Volume {
  datasetId: string
  partIndex: number
  /** Path inside the bag, with every suffix: `data/tables/public.client/part-00000.csv.zst.age`. */
  path: string
  format: VolumeFormat
  records: number | null
  plainBytes: number
  plainSha256: string
  deliveredBytes: number
  deliveredSha256: string
  versionId: string | null
}

export interface DatasetFingerprints {
  datasetId: string
  source: Fingerprint
  package?: Fingerprint
  restored?: Fingerprint
}
