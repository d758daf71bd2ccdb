import type { TableSchema } from '../../contract/dataset.ts'
import { idOfTable, quoteName, quoteTable } from './names.ts'
import type { ReadingContext } from './reading-context.ts'

type Field = TableSchema['fields'][number]

export interface ColumnRow extends Record<string, unknown> {
  name: string
  source_type: string
  /** The type under all domains. */
  base_type: string
  required: boolean
}

/** Parameter: the table's oid. In the order of `COPY`. */
export const columnsQuery = `
WITH RECURSIVE columns AS (
  SELECT a.attnum, a.attname::text AS name, pg_catalog.format_type(a.atttypid, a.atttypmod) AS source_type,
    a.atttypid AS type, a.attnotnull AS required
  FROM pg_catalog.pg_attribute a
  WHERE a.attrelid = $1 AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
), bases AS (
  SELECT c.attnum, c.type, c.required FROM columns c
  UNION ALL
  SELECT b.attnum, t.typbasetype, b.required OR t.typnotnull
  FROM bases b JOIN pg_catalog.pg_type t ON t.oid = b.type WHERE t.typtype = 'd'
)
SELECT c.name, c.source_type, b.required,
  CASE WHEN n.nspname = 'pg_catalog' THEN t.typname::text ELSE '' END AS base_type
FROM columns c JOIN bases b ON b.attnum = c.attnum
JOIN pg_catalog.pg_type t ON t.oid = b.type AND t.typtype <> 'd'
JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
ORDER BY c.attnum`

/**
 * Table Schema types for which every value that PostgreSQL writes is valid. Dates and times may be `infinity` or before
 * Christ, which Table Schema has no word for: they stay strings, with the source's own type beside.
 */
const types: Record<string, Pick<Field, 'type' | 'format'>> = {
  int2: { type: 'integer' },
  int4: { type: 'integer' },
  int8: { type: 'integer' },
  oid: { type: 'integer' },
  numeric: { type: 'number' },
  float4: { type: 'number' },
  float8: { type: 'number' },
  bool: { type: 'boolean' },
  uuid: { type: 'string', format: 'uuid' },
}

/** Types whose text is never empty: elsewhere a reader of CSV cannot tell the empty string from NULL. */
const neverEmpty = new Set([
  ...Object.keys(types),
  'date',
  'time',
  'timetz',
  'timestamp',
  'timestamptz',
  'interval',
  'json',
  'jsonb',
  'inet',
  'cidr',
  'macaddr',
  'macaddr8',
  'bytea',
  'money',
])

export interface DescribedColumn {
  field: Field
  isNeverEmpty: boolean
  isMoney: boolean
}

export function fieldOf(row: ColumnRow): DescribedColumn {
  const isNeverEmpty = neverEmpty.has(row.base_type)
  const { type, format } = types[row.base_type] ?? { type: 'string' }
  return {
    field: {
      name: row.name,
      type,
      ...(format === undefined ? {} : { format }),
      ...(type === 'boolean' ? { trueValues: ['t'], falseValues: ['f'] } : {}),
      sourceType: row.source_type,
      ...(row.required && isNeverEmpty ? { constraints: { required: true } } : {}),
    },
    isNeverEmpty,
    isMoney: row.base_type === 'money',
  }
}

interface KeyRow extends Record<string, unknown> {
  contype: 'p' | 'f'
  columns: string[]
  schema: string | null
  name: string | null
  relkind: string | null
  targets: string[] | null
}

const keysQuery = `
SELECT k.contype::text, f.relkind::text, n.nspname::text AS schema, f.relname::text AS name,
  ARRAY(SELECT a.attname::text FROM pg_catalog.unnest(k.conkey) WITH ORDINALITY u(num, place)
    JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.num ORDER BY u.place) AS columns,
  ARRAY(SELECT a.attname::text FROM pg_catalog.unnest(k.confkey) WITH ORDINALITY u(num, place)
    JOIN pg_catalog.pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.num ORDER BY u.place) AS targets
FROM pg_catalog.pg_constraint k
LEFT JOIN pg_catalog.pg_class f ON f.oid = k.confrelid LEFT JOIN pg_catalog.pg_namespace n ON n.oid = f.relnamespace
WHERE k.conrelid = $1 AND k.contype IN ('p', 'f') AND k.convalidated
ORDER BY k.contype, k.conname COLLATE "C"`

/**
 * The keys that hold in the CSV too. `reference.resource` is the dataset's id, or nothing for the table itself. Left out: a
 * primary key that holds an empty string, keys on generated columns, and references to what is no dataset here.
 */
export async function describedKeys(
  context: ReadingContext,
  table: {
    columns: DescribedColumn[]
    rows: { oid: number; schema: string; name: string }
    datasetId: string
  },
  signal: AbortSignal,
): Promise<{ primaryKey: string[]; foreignKeys: NonNullable<TableSchema['foreignKeys']> }> {
  const action = `describing ${table.datasetId}`
  const keys = await context.sessions.query<KeyRow>(
    { text: keysQuery, values: [table.rows.oid], action },
    signal,
  )
  const named = new Map(table.columns.map((column) => [column.field.name, column]))
  let primaryKey: string[] = []
  const foreignKeys: NonNullable<TableSchema['foreignKeys']> = []
  for (const { contype, columns, schema, name, relkind, targets } of keys) {
    if (!columns.every((column) => named.has(column))) continue
    if (contype === 'p') {
      const isTold = columns.some((column) => named.get(column)!.isNeverEmpty)
      if (isTold || !(await hasEmptyKey(context, table.rows, columns, signal))) primaryKey = columns
      continue
    }
    const id = idOfTable({ schema: schema!, name: name! })
    if (relkind !== 'r' || !context.selection.includes(id)) continue
    foreignKeys.push({
      fields: columns,
      reference: { resource: id === table.datasetId ? '' : id, fields: targets! },
    })
  }
  return { primaryKey, foreignKeys }
}

async function hasEmptyKey(
  context: ReadingContext,
  table: { schema: string; name: string },
  columns: string[],
  signal: AbortSignal,
): Promise<boolean> {
  const empty = columns.map((column) => `${quoteName(column)}::text = ''`).join(' AND ')
  const rows = await context.sessions.query(
    {
      text: `SELECT FROM ONLY ${quoteTable(table)} WHERE ${empty} LIMIT 1`,
      action: 'looking for an empty key',
    },
    signal,
  )
  return rows.length > 0
}
