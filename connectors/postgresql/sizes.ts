import { query, type Session } from './connection.ts'
import { parseLines } from './lines.ts'
import { userSchemas } from './tables.ts'

/** How large a table was when the reading was opened: sizes change afterwards, and parts must not. */
export interface TableSize {
  oid: number
  /** Of the heap, 8 KiB each as a rule. */
  pages: number
  /** Heap and what is stored beside it (TOAST); no indexes. */
  bytes: number
  /** The planner's estimate; negative where it has none. */
  rows: number
}

export const largeObjectsOid = 2613

const sizesQuery = `
SELECT c.oid, c.reltuples::float8 AS rows,
  coalesce(pg_catalog.pg_relation_size(c.oid), 0) / current_setting('block_size')::int AS pages,
  coalesce(pg_catalog.pg_relation_size(c.oid), 0)
    + coalesce(pg_catalog.pg_relation_size(nullif(c.reltoastrelid, 0)), 0) AS bytes
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE (c.relkind = 'r' AND c.relpersistence <> 't' AND ${userSchemas}) OR c.oid = ${largeObjectsOid}
ORDER BY c.oid`

interface SizeRow extends Record<string, unknown> {
  oid: number
  rows: number
  pages: string
  bytes: string
}

export async function* measureTables(session: Session, signal: AbortSignal): AsyncGenerator<TableSize> {
  const rows = await query<SizeRow>(session, { text: sizesQuery, action: 'measuring tables' }, signal)
  for (const { oid, rows: estimate, pages, bytes } of rows) {
    yield { oid, pages: Number(pages), bytes: Number(bytes), rows: Math.round(estimate) }
  }
}

export async function readSizes(bytes: AsyncIterable<Uint8Array>): Promise<Map<number, TableSize>> {
  const sizes = new Map<number, TableSize>()
  for await (const size of parseLines<TableSize>(bytes)) sizes.set(size.oid, size)
  return sizes
}
