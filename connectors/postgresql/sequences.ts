import { query, type Session } from './connection.ts'
import { quoteTable, quoteText } from './names.ts'
import { userSchemas } from './tables.ts'

interface SequenceRow extends Record<string, unknown> {
  oid: number
  schema: string
  name: string
  readable: boolean | null
}

/** Sequences of users; an extension makes its own again, but for those it calls configuration. */
export const sequencesQuery = `
SELECT c.oid, n.nspname AS schema, c.relname AS name,
  pg_catalog.has_sequence_privilege(c.oid, 'SELECT') AND pg_catalog.has_schema_privilege(n.oid, 'USAGE') AS readable
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid
  AND d.refclassid = 'pg_catalog.pg_extension'::regclass AND d.deptype = 'e'
LEFT JOIN pg_catalog.pg_extension e ON e.oid = d.refobjid
WHERE c.relkind = 'S' AND c.relpersistence <> 't' AND ${userSchemas}
  AND (e.oid IS NULL OR c.oid = ANY (e.extconfig))
ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"`

const perQuery = 200

/**
 * The values of all sequences as `setval` statements. Sequences stand outside transactions: they are read once, when the
 * reading is opened, after its instant, so that no number given out before it can be given out again.
 */
export async function* sequenceStatements(session: Session, signal: AbortSignal): AsyncGenerator<string> {
  const action = 'reading sequences'
  const rows = await query<SequenceRow>(session, { text: sequencesQuery, action }, signal)
  const readable = rows.filter((row) => row.readable === true)
  yield '-- Where each sequence stood. Load it after the tables.\n\n'
  for (let from = 0; from < readable.length; from += perQuery) {
    const some = readable.slice(from, from + perQuery)
    const text = some
      .map(
        (row, index) =>
          `SELECT ${index} AS place, last_value::text AS value, is_called FROM ${quoteTable(row)}`,
      )
      .join(' UNION ALL ')
    const values = await query<{ place: number; value: string; is_called: boolean }>(
      session,
      { text: `${text} ORDER BY place`, action },
      signal,
    )
    for (const { place, value, is_called } of values) {
      yield `SELECT pg_catalog.setval(${quoteText(quoteTable(some[place]!))}, ${value}, ${is_called});\n`
    }
  }
}
