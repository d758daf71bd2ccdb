import { quoteName, quoteText } from './names.ts'
import { scratchVariable, settingClause } from './roles.ts'
import type { SnapshotSessions } from './snapshot-session.ts'

interface DatabaseRow extends Record<string, unknown> {
  name: string
  owner: string
  encoding: string
  collate: string
  ctype: string
  comment: string | null
  has_acl: boolean
}

/**
 * `schema/database.sql`: what a dump of a database's content leaves out: how it was created, its own settings, comment and grants.
 * Written for whatever name the new database has. A scratch restore leaves owner, comment and grants alone.
 */
export async function* databaseStatements(
  sessions: SnapshotSessions,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const action = 'reading the properties of the database'
  const [row] = await sessions.query<DatabaseRow>(
    {
      text: `SELECT datname AS name, pg_catalog.pg_get_userbyid(datdba) AS owner, pg_catalog.pg_encoding_to_char(encoding) AS encoding,
        datcollate AS collate, datctype AS ctype, pg_catalog.shobj_description(oid, 'pg_database') AS comment, datacl IS NOT NULL AS has_acl
        FROM pg_catalog.pg_database WHERE datname = current_database()`,
      action,
    },
    signal,
  )
  const settings = await sessions.query<{ role: string | null; setting: string }>(
    {
      text: `SELECT r.rolname AS role, pg_catalog.unnest(s.setconfig) AS setting FROM pg_catalog.pg_db_role_setting s
        JOIN pg_catalog.pg_database d ON d.oid = s.setdatabase LEFT JOIN pg_catalog.pg_roles r ON r.oid = s.setrole
        WHERE d.datname = current_database() ORDER BY 1 NULLS FIRST, 2`,
      action,
    },
    signal,
  )
  const grants = await sessions.query<{ privilege: string; grantee: string | null; grantable: boolean }>(
    {
      text: `SELECT a.privilege_type AS privilege, r.rolname AS grantee, a.is_grantable AS grantable
        FROM pg_catalog.pg_database d CROSS JOIN LATERAL pg_catalog.aclexplode(d.datacl) a
        LEFT JOIN pg_catalog.pg_roles r ON r.oid = a.grantee
        WHERE d.datname = current_database() AND a.grantee <> d.datdba ORDER BY 2 NULLS FIRST, 1`,
      action,
    },
    signal,
  )
  const { name, owner, encoding, collate, ctype, comment, has_acl } = row!
  const created = `CREATE DATABASE ${quoteName(name)} TEMPLATE template0 ENCODING ${quoteText(encoding)} LC_COLLATE ${quoteText(collate)} LC_CTYPE ${quoteText(ctype)};`
  yield '-- The properties of the database itself, for psql. It was created by the like of:\n'
  yield `${created.replaceAll(/^/gm, '--   ')}\n\n`
  for (const { role, setting } of settings) {
    if (role === null) yield `ALTER DATABASE :"DBNAME" SET ${settingClause(setting)};\n`
    else yield `ALTER ROLE ${quoteName(role)} IN DATABASE :"DBNAME" SET ${settingClause(setting)};\n`
  }
  yield `\n\\if :{?${scratchVariable}}\n\\else\n`
  if (comment !== null) yield `COMMENT ON DATABASE :"DBNAME" IS ${quoteText(comment)};\n`
  if (has_acl) yield `REVOKE ALL ON DATABASE :"DBNAME" FROM PUBLIC;\n`
  for (const { privilege, grantee, grantable } of grants) {
    const to = grantee === null ? 'PUBLIC' : quoteName(grantee)
    yield `GRANT ${privilege} ON DATABASE :"DBNAME" TO ${to}${grantable ? ' WITH GRANT OPTION' : ''};\n`
  }
  yield `ALTER DATABASE :"DBNAME" OWNER TO ${quoteName(owner)};\n\\endif\n`
}
