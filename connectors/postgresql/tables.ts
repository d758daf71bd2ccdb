import { idOfTable, type TableName } from './names.ts'

/** A table as the catalogs of the reading list it. Partitioned parents are listed, since they are locked, but hold no rows. */
export interface Table extends TableName {
  oid: number
  id: string
  kind: 'table' | 'partitioned' | 'foreign'
  isHeap: boolean
  maySelect: boolean
  mayUseSchema: boolean
  /** Policies would hide rows from the reading user. */
  isFiltered: boolean
  /** Made by this extension. */
  extension: string | null
  /** The extension asks for its rows to be dumped. */
  isConfiguration: boolean
}

export interface TableRow extends Record<string, unknown> {
  oid: number
  schema: string
  name: string
  relkind: string
  is_heap: boolean
  may_select: boolean | null
  may_use: boolean | null
  filtered: boolean
  extension: string | null
  configuration: boolean
}

/** Schemas of the system and of sessions; those of users never begin with `pg_`. */
export const userSchemas = `n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'`

/** Every table of users, in the order of their names' bytes. Temporary ones belong to a session and end with it. */
export const tablesQuery = `
SELECT c.oid, n.nspname AS schema, c.relname AS name, c.relkind, coalesce(a.amname = 'heap', false) AS is_heap,
  pg_catalog.has_table_privilege(c.oid, 'SELECT') AS may_select,
  pg_catalog.has_schema_privilege(n.oid, 'USAGE') AS may_use,
  pg_catalog.row_security_active(c.oid) AS filtered,
  e.extname AS extension, coalesce(c.oid = ANY (e.extconfig), false) AS configuration
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_am a ON a.oid = c.relam
LEFT JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.objsubid = 0
  AND d.refclassid = 'pg_catalog.pg_extension'::regclass AND d.deptype = 'e'
LEFT JOIN pg_catalog.pg_extension e ON e.oid = d.refobjid
WHERE c.relkind IN ('r', 'p', 'f') AND c.relpersistence <> 't' AND ${userSchemas}
ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"`

export function tableOf(row: TableRow): Table {
  const { oid, schema, name } = row
  return {
    oid,
    schema,
    name,
    id: idOfTable({ schema, name }),
    kind: row.relkind === 'r' ? 'table' : row.relkind === 'p' ? 'partitioned' : 'foreign',
    isHeap: row.is_heap,
    maySelect: row.may_select === true,
    mayUseSchema: row.may_use === true,
    isFiltered: row.filtered,
    extension: row.extension,
    isConfiguration: row.configuration,
  }
}

/** True for tables whose rows are handed over: an extension makes its own again, but for those it calls configuration. */
export function holdsRows(table: Table): boolean {
  return table.kind === 'table' && (table.extension === null || table.isConfiguration)
}
