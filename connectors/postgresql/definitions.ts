import type { Dataset, RestoreStage, VolumeFormat } from '../../contract/dataset.ts'

/** Datasets that are no table, in the order in which they are loaded. A table's id always holds a dot, these never. */
export const definitionIds = [
  'roles',
  'pre-data',
  'sequences',
  'large-object-properties',
  'post-data',
  'database',
  'load-script',
] as const
export type DefinitionId = (typeof definitionIds)[number]

export const largeObjectsId = 'large-objects'

interface Definition {
  kind: string
  slug: string
  format: VolumeFormat
  stage: RestoreStage
  title: string
}

export const definitions: Record<DefinitionId, Definition> = {
  roles: {
    kind: 'roles',
    slug: 'schema/roles.sql',
    format: 'sql',
    stage: 'before',
    title: 'Roles that the database refers to, without passwords',
  },
  'pre-data': {
    kind: 'definition',
    slug: 'schema/pre-data.sql',
    format: 'sql',
    stage: 'before',
    title: 'Definitions before the data: schemas, extensions, types, functions, tables, views',
  },
  sequences: {
    kind: 'sequences',
    slug: 'schema/sequences.sql',
    format: 'sql',
    stage: 'after',
    title: 'Values of the sequences',
  },
  'large-object-properties': {
    kind: 'definition',
    slug: 'schema/large-objects.sql',
    format: 'sql',
    stage: 'after',
    title: 'Owners, comments and grants of the large objects',
  },
  'post-data': {
    kind: 'definition',
    slug: 'schema/post-data.sql',
    format: 'sql',
    stage: 'after',
    title: 'Definitions after the data: indexes, constraints, triggers, rules, policies, materialized views',
  },
  database: {
    kind: 'definition',
    slug: 'schema/database.sql',
    format: 'sql',
    stage: 'after',
    title: 'Settings, comment and grants of the database itself',
  },
  'load-script': {
    kind: 'script',
    slug: 'schema/load.sh',
    format: 'sh',
    stage: 'after',
    title: 'Shell script that loads all of this with psql and zstd',
  },
}

export function isDefinition(id: string): id is DefinitionId {
  return (definitionIds as readonly string[]).includes(id)
}

const estimatedDefinitionBytes = 64 * 1024

export function definitionDataset(id: DefinitionId): Dataset {
  const { kind, slug, format, stage } = definitions[id]
  return {
    id,
    kind,
    slug,
    format,
    restoreStage: stage,
    estimatedBytes: estimatedDefinitionBytes,
    hasRecords: false,
  }
}
