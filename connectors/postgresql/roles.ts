import { quoteName, quoteText } from './names.ts'
import type { SnapshotSessions } from './snapshot-session.ts'
import { userSchemas } from './tables.ts'

/** psql's variable that a scratch restore sets: roles are then made without rights of their own, and nothing outside the database is touched. */
export const scratchVariable = 'reversibility_scratch'

interface RoleRow extends Record<string, unknown> {
  oid: number
  name: string
  attributes: string
  powers: string
  settings: string[] | null
  comment: string | null
}

const thisDatabase = '(SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())'

/** Roles that objects of this database refer to (owners, grants, policies), and those they are members of. */
const referredRoles = `
WITH RECURSIVE referred(oid) AS (
  SELECT refobjid FROM pg_catalog.pg_shdepend
  WHERE refclassid = 'pg_catalog.pg_authid'::regclass
    AND (dbid = ${thisDatabase} OR (classid = 'pg_catalog.pg_database'::regclass AND objid = ${thisDatabase}))
  UNION SELECT datdba FROM pg_catalog.pg_database WHERE datname = current_database()
  UNION SELECT c.relowner FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE ${userSchemas}
  UNION SELECT p.proowner FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace WHERE ${userSchemas}
  UNION SELECT t.typowner FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace WHERE ${userSchemas}
  UNION SELECT n.nspowner FROM pg_catalog.pg_namespace n WHERE ${userSchemas}
  UNION SELECT lomowner FROM pg_catalog.pg_largeobject_metadata
  UNION SELECT setrole FROM pg_catalog.pg_db_role_setting WHERE setdatabase = ${thisDatabase} AND setrole <> 0
), closed(oid) AS (
  SELECT oid FROM referred
  UNION SELECT m.roleid FROM pg_catalog.pg_auth_members m JOIN closed c ON m.member = c.oid
)`

const rolesQuery = `${referredRoles}
SELECT r.oid, r.rolname AS name,
  pg_catalog.concat_ws(' ',
    CASE WHEN r.rolinherit THEN 'INHERIT' ELSE 'NOINHERIT' END,
    CASE WHEN r.rolcreaterole THEN 'CREATEROLE' ELSE 'NOCREATEROLE' END,
    CASE WHEN r.rolcreatedb THEN 'CREATEDB' ELSE 'NOCREATEDB' END,
    CASE WHEN r.rolcanlogin THEN 'LOGIN' ELSE 'NOLOGIN' END,
    CASE WHEN r.rolconnlimit >= 0 THEN 'CONNECTION LIMIT ' || r.rolconnlimit END,
    CASE WHEN r.rolvaliduntil IS NOT NULL THEN 'VALID UNTIL ' || pg_catalog.quote_literal(r.rolvaliduntil::text) END
  ) AS attributes,
  pg_catalog.concat_ws(' ', CASE WHEN r.rolsuper THEN 'SUPERUSER' END, CASE WHEN r.rolreplication THEN 'REPLICATION' END,
    CASE WHEN r.rolbypassrls THEN 'BYPASSRLS' END) AS powers,
  s.setconfig AS settings, pg_catalog.shobj_description(r.oid, 'pg_authid') AS comment
FROM pg_catalog.pg_roles r JOIN closed c ON c.oid = r.oid
LEFT JOIN pg_catalog.pg_db_role_setting s ON s.setrole = r.oid AND s.setdatabase = 0
WHERE r.rolname !~ '^pg_'
ORDER BY r.rolname COLLATE "C"`

const membershipsQuery = `${referredRoles}
SELECT DISTINCT g.rolname AS role, m.rolname AS member, a.admin_option AS admin
FROM pg_catalog.pg_auth_members a
JOIN pg_catalog.pg_roles g ON g.oid = a.roleid JOIN pg_catalog.pg_roles m ON m.oid = a.member
JOIN closed c ON c.oid = a.member
WHERE m.rolname !~ '^pg_'
ORDER BY 1, 2, 3`

/** `schema/roles.sql`: makes the roles that are missing, then gives them their attributes. Never a password. */
export async function* roleStatements(
  sessions: SnapshotSessions,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const action = 'reading roles'
  const roles = await sessions.query<RoleRow>({ text: rolesQuery, action }, signal)
  const memberships = await sessions.query<{ role: string; member: string; admin: boolean }>(
    { text: membershipsQuery, action },
    signal,
  )
  yield '-- The roles that the database refers to, without passwords: set those with ALTER ROLE … PASSWORD.\n'
  yield '-- For psql. Roles that are there already are kept.\n\n'
  for (const { name } of roles) {
    const create = quoteText(`CREATE ROLE ${quoteName(name)} NOLOGIN`)
    yield `SELECT ${create} WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = ${quoteText(name)}) \\gexec\n`
  }
  yield `\n\\if :{?${scratchVariable}}\n\\else\n`
  yield 'SELECT rolsuper AS is_superuser FROM pg_catalog.pg_roles WHERE rolname = current_user \\gset\n'
  for (const { name, attributes, powers, settings, comment } of roles) {
    yield `ALTER ROLE ${quoteName(name)} WITH ${attributes};\n`
    // Only a superuser may give these.
    if (powers !== '') yield `\\if :is_superuser\nALTER ROLE ${quoteName(name)} WITH ${powers};\n\\endif\n`
    for (const setting of settings ?? [])
      yield `ALTER ROLE ${quoteName(name)} SET ${settingClause(setting)};\n`
    if (comment !== null) yield `COMMENT ON ROLE ${quoteName(name)} IS ${quoteText(comment)};\n`
  }
  for (const { role, member, admin } of memberships) {
    yield `GRANT ${quoteName(role)} TO ${quoteName(member)}${admin ? ' WITH ADMIN OPTION' : ''};\n`
  }
  yield '\\endif\n'
}

/** Settings whose value is a list that is stored quoted already (`GUC_LIST_QUOTE` in PostgreSQL's guc tables). */
const lists = new Set([
  'local_preload_libraries',
  'search_path',
  'session_preload_libraries',
  'shared_preload_libraries',
  'temp_tablespaces',
  'unix_socket_directories',
])

/** `name TO value` for an entry `name=value` of `setconfig`. */
export function settingClause(setting: string): string {
  const equals = setting.indexOf('=')
  const name = setting.slice(0, equals)
  const value = setting.slice(equals + 1)
  const words = name.split('.').map(quoteName).join('.')
  const isList = lists.has(name.toLowerCase()) && value !== ''
  return `${words} TO ${isList ? value : quoteText(value)}`
}
