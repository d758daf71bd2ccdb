/** Bytes of a large object in one row: what `pg_largeobject` would give in eight. */
const chunkBytes = 16_384

/**
 * Large objects as rows `(loid, position, data)`, one a chunk, at least one an object so that empty ones are kept. By
 * `lo_get`, which needs SELECT on the object alone; `pg_largeobject` itself is for superusers.
 */
export function largeObjectRows(range: { from?: number; to?: number | null }): string {
  const where = [
    ...(range.from === undefined ? [] : [`m.oid >= ${range.from}`]),
    ...(range.to === undefined || range.to === null ? [] : [`m.oid < ${range.to}`]),
  ]
  return (
    'SELECT o.loid, g.position, pg_catalog.lo_get(o.loid, g.position, ' +
    `${chunkBytes}) AS data FROM (${largeObjectSizes(where)}) o` +
    ` CROSS JOIN LATERAL pg_catalog.generate_series(0, greatest(o.size - 1, 0), ${chunkBytes}) AS g(position)`
  )
}

/** `(loid, size)` in the order of their numbers. The descriptor is closed as soon as the size is known: select lists run from left to right. */
export function largeObjectSizes(where: string[] = []): string {
  return (
    'SELECT d.loid, d.size FROM (SELECT f.loid, pg_catalog.lo_lseek64(f.fd, 0, 2) AS size, pg_catalog.lo_close(f.fd) AS closed' +
    ' FROM (SELECT m.oid AS loid, pg_catalog.lo_open(m.oid, 262144) AS fd FROM' +
    ` (SELECT m.oid FROM pg_catalog.pg_largeobject_metadata m${where.length === 0 ? '' : ` WHERE ${where.join(' AND ')}`}` +
    ' ORDER BY m.oid OFFSET 0) m OFFSET 0) f OFFSET 0) d OFFSET 0'
  )
}

export const largeObjectColumns = ['loid', 'position', 'data']

/** Loads such rows: `load` takes the CSV, then `create` makes the objects, in the same transaction. */
export const largeObjectLoading = {
  prepare:
    'CREATE TEMPORARY TABLE reversibility_chunks (loid oid, position bigint, data bytea) ON COMMIT DROP',
  load: 'COPY reversibility_chunks FROM STDIN (FORMAT csv, HEADER)',
  create: [
    'SELECT pg_catalog.count(pg_catalog.lo_from_bytea(loid, data)) FROM reversibility_chunks WHERE position = 0',
    'SELECT pg_catalog.count(true) FROM (SELECT pg_catalog.lo_put(loid, position, data) FROM (SELECT * FROM reversibility_chunks' +
      ' WHERE position > 0 ORDER BY loid, position) c OFFSET 0) d',
  ],
}

/** Statements that give large objects their owner, comment and grants, one a row, in `statement`. */
export const largeObjectStatements = `
SELECT statement FROM (
  SELECT m.oid, 1 AS step, '' AS detail,
    pg_catalog.format('ALTER LARGE OBJECT %s OWNER TO %I;', m.oid, pg_catalog.pg_get_userbyid(m.lomowner)) AS statement
  FROM pg_catalog.pg_largeobject_metadata m
  UNION ALL
  SELECT m.oid, 2, '', pg_catalog.format('COMMENT ON LARGE OBJECT %s IS %L;', m.oid, d.description)
  FROM pg_catalog.pg_largeobject_metadata m
  JOIN pg_catalog.pg_description d
    ON d.classoid = 'pg_catalog.pg_largeobject'::regclass AND d.objoid = m.oid AND d.objsubid = 0
  UNION ALL
  SELECT m.oid, 3, a.grantee::text || a.privilege_type,
    pg_catalog.format('GRANT %s ON LARGE OBJECT %s TO %s%s;', a.privilege_type, m.oid,
      CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(a.grantee)) END,
      CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
  FROM pg_catalog.pg_largeobject_metadata m CROSS JOIN LATERAL pg_catalog.aclexplode(m.lomacl) a
  WHERE a.grantee <> m.lomowner
) s ORDER BY oid, step, detail COLLATE "C"`

/** Large objects that the reading user may not read: at most 20 of them, and their number. */
export const unreadableLargeObjects = `
SELECT oid, pg_catalog.count(*) OVER () AS total
FROM pg_catalog.pg_largeobject_metadata m
WHERE NOT (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user)
  AND current_setting('lo_compat_privileges') = 'off'
  AND NOT pg_catalog.pg_has_role(m.lomowner, 'USAGE')
  AND NOT EXISTS (
    SELECT FROM pg_catalog.aclexplode(m.lomacl) a
    WHERE a.privilege_type = 'SELECT' AND (a.grantee = 0 OR pg_catalog.pg_has_role(a.grantee, 'USAGE'))
  )
ORDER BY oid LIMIT 20`
