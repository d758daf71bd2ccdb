import { idOfTable } from './names.ts'
import type { ReadingContext } from './reading-context.ts'
import { holdsRows, type TableRow, tableOf, tablesQuery } from './tables.ts'

/** A foreign key to a table whose rows the plan leaves out: on restore it would point at nothing, and fail. */
export interface ExcludedReference {
  oid: number
  /** The table that has the key. */
  tableId: string
  name: string
  targetId: string
}

interface ReferenceRow extends Record<string, unknown> {
  oid: number
  schema: string
  name: string
  constraint: string
  target_schema: string
  target: string
}

/** Parameter: the oids of tables left out. Keys of partitions come with those of their parents. */
const referencesQuery = `
WITH RECURSIVE left_out(oid) AS (
  SELECT pg_catalog.unnest($1::oid[])
  UNION SELECT i.inhparent FROM pg_catalog.pg_inherits i JOIN left_out l ON l.oid = i.inhrelid
    JOIN pg_catalog.pg_class p ON p.oid = i.inhparent AND p.relkind = 'p'
)
SELECT k.oid, n.nspname AS schema, c.relname AS name, k.conname AS constraint,
  fn.nspname AS target_schema, f.relname AS target
FROM pg_catalog.pg_constraint k JOIN left_out l ON l.oid = k.confrelid
JOIN pg_catalog.pg_class c ON c.oid = k.conrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_class f ON f.oid = k.confrelid JOIN pg_catalog.pg_namespace fn ON fn.oid = f.relnamespace
WHERE k.contype = 'f' AND k.conparentid = 0 AND NOT k.conrelid = ANY ($1::oid[])
ORDER BY 2, 3, 4`

export async function excludedReferences(
  context: ReadingContext,
  signal: AbortSignal,
): Promise<ExcludedReference[]> {
  const action = 'looking for references to what is left out'
  const tables = await context.sessions.query<TableRow>({ text: tablesQuery, action }, signal)
  const leftOut = tables
    .map(tableOf)
    .filter((table) => holdsRows(table) && !context.selection.includes(table.id))
    .map(({ oid }) => oid)
  if (leftOut.length === 0) return []
  const rows = await context.sessions.query<ReferenceRow>(
    { text: referencesQuery, values: [leftOut], action },
    signal,
  )
  return rows.map((row) => ({
    oid: row.oid,
    tableId: idOfTable(row),
    name: row.constraint,
    targetId: idOfTable({ schema: row.target_schema, name: row.target }),
  }))
}
