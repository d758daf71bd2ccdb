import { quoteName, quoteTable, type TableName } from './names.ts'

/** What is read of a table: its columns but for generated ones, which the server computes again. */
export interface TableRows extends TableName {
  oid: number
  columns: string[]
  /** An extension's own `WHERE …` on the rows that are the user's, or nothing. */
  condition: string
}

export interface TableRowsRow extends Record<string, unknown> {
  oid: number
  columns: string[]
  condition: string | null
}

/** Parameters: schema, name. */
export const tableRowsQuery = `
SELECT c.oid,
  ARRAY(SELECT a.attname::text FROM pg_catalog.pg_attribute a
    WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
    ORDER BY a.attnum) AS columns,
  e.extcondition[array_position(e.extconfig, c.oid)] AS condition
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_extension e ON c.oid = ANY (e.extconfig)
WHERE n.nspname = $1 AND c.relname = $2`

export interface PageRange {
  fromPage: number
  /** Null for the last range, which has no end. */
  toPage: number | null
}

/** `SELECT … FROM ONLY …`, whole or between two pages of the heap. */
export function selectRows(rows: TableRows, pages: PageRange | null): string {
  const list = rows.columns.map(quoteName).join(', ')
  return `SELECT ${list} ${fromTable(rows, pages)}`
}

function fromTable(rows: TableRows, pages: PageRange | null): string {
  const from = `FROM ONLY ${quoteTable(rows)}`
  if (pages === null) return rows.condition === '' ? from : `${from} ${rows.condition}`
  const end = pages.toPage === null ? '' : ` AND ctid < '(${pages.toPage},0)'::tid`
  return `${from} WHERE ctid >= '(${pages.fromPage},0)'::tid${end}`
}

/**
 * Count and digest of a query's rows as `contract/fingerprint.ts` defines them: `records`, and `sum` of the first eight
 * bytes of each row's SHA-256 as signed numbers, which is the same modulo 2^64. `row` is a row expression.
 */
export function fingerprintQuery(row: string, from: string): string {
  const digest = `pg_catalog.sha256(pg_catalog.convert_to((${row})::text, 'UTF8'))`
  // Byte by byte: a cast from text to bits takes as long as the hash itself.
  const bytes = [0, 1, 2, 3, 4, 5, 6, 7].map(
    (at) => `(pg_catalog.get_byte(digest, ${at})::bigint << ${56 - 8 * at})`,
  )
  return (
    `SELECT pg_catalog.count(*) AS records, coalesce(pg_catalog.sum(${bytes.join(' + ')}), 0)::text AS sum` +
    // Without OFFSET, the digest would be computed for each of its bytes.
    ` FROM (SELECT ${digest} AS digest ${from} OFFSET 0) AS digests`
  )
}

export function tableFingerprintQuery(rows: TableRows): string {
  return fingerprintQuery(`ROW(${rows.columns.map(quoteName).join(', ')})`, fromTable(rows, null))
}

export interface FingerprintRow extends Record<string, unknown> {
  records: string
  sum: string
}
