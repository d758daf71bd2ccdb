import { createHash } from 'node:crypto'
import { ReversibilityError } from '../../contract/errors.ts'
import { type ServerSettings, serverName } from './config.ts'
import { closeSession, openSession, query, type Session } from './connection.ts'
import { codeOf } from './failures.ts'
import { quoteName, quoteText } from './names.ts'
import { scratchComment } from './neighbours.ts'

/** Every role that a scratch restore made has this comment, and behind it the databases that need it. */
const roleComment = 'Made for reversibility scratch databases: '
/** Taken while roles are made, counted or dropped. */
const rolesLock = 7_316_480_271

const maxNameBytes = 63

/** `rev_` and the name, shortened by its digest where PostgreSQL would cut it. */
export function scratchName(name: string): string {
  const whole = `rev_${name}`
  if (Buffer.byteLength(whole) <= maxNameBytes) return whole
  return `${whole.slice(0, 46)}_${createHash('sha256').update(name).digest('hex').slice(0, 16)}`
}

export async function withServer<Result>(
  server: ServerSettings,
  work: (session: Session) => Promise<Result>,
  signal?: AbortSignal,
): Promise<Result> {
  const session = await openSession(server, signal, 'reversibility: restore')
  try {
    return await work(session)
  } finally {
    await closeSession(session)
  }
}

/** Makes the database, or leaves it as it is when it is there and not to be made anew. */
export async function createScratchDatabase(
  server: ServerSettings,
  database: string,
  fresh: boolean,
): Promise<void> {
  if (fresh) await dropScratchDatabase(server, database)
  await withServer(server, async (session) => {
    const action = `creating the scratch database ${database}`
    const comment = await commentOf(session, database, action)
    if (comment !== undefined) {
      requireScratch(server, database, comment)
      return
    }
    const create = `CREATE DATABASE ${quoteName(database)} TEMPLATE template0 ENCODING 'UTF8'`
    try {
      await query(session, { text: create, action })
    } catch (error) {
      // The server's own locale does not go with UTF-8.
      if (codeOf((error as Error).cause) !== '22023' && codeOf((error as Error).cause) !== '42P17')
        throw error
      await query(session, { text: `${create} LC_COLLATE 'C' LC_CTYPE 'C'`, action })
    }
    await query(session, {
      text: `COMMENT ON DATABASE ${quoteName(database)} IS ${quoteText(scratchComment)}`,
      action,
    })
  })
}

/** Drops the database if it is one of ours, and the roles that were made for it alone. */
export async function dropScratchDatabase(server: ServerSettings, database: string): Promise<void> {
  await withServer(server, async (session) => {
    const action = `dropping the scratch database ${database}`
    const comment = await commentOf(session, database, action)
    if (comment !== undefined) {
      requireScratch(server, database, comment)
      await query(session, { text: `DROP DATABASE IF EXISTS ${quoteName(database)} WITH (FORCE)`, action })
    }
    await releaseRoles(session, database)
  })
}

async function commentOf(session: Session, database: string, action: string): Promise<string | undefined> {
  const [row] = await query<{ comment: string | null }>(session, {
    text: `SELECT pg_catalog.shobj_description(oid, 'pg_database') AS comment FROM pg_catalog.pg_database WHERE datname = $1`,
    values: [database],
    action,
  })
  return row === undefined ? undefined : (row.comment ?? '')
}

/** A database of someone else's is never touched, whatever its name. One made a moment before a crash has no comment yet. */
function requireScratch(server: ServerSettings, database: string, comment: string): void {
  if (comment === scratchComment || comment === '') return
  throw new ReversibilityError(
    'invalid-input',
    `${database} at ${serverName(server)} is not a scratch database.`,
    {
      remedy: 'Rename that database, or restore on another server.',
      subject: database,
    },
  )
}

interface RoleRow extends Record<string, unknown> {
  name: string
  comment: string
}

const ourRoles = `SELECT rolname AS name, pg_catalog.shobj_description(oid, 'pg_authid') AS comment FROM pg_catalog.pg_roles
  WHERE pg_catalog.shobj_description(oid, 'pg_authid') LIKE ${quoteText(`${roleComment}%`)}`

/**
 * Runs `make`, which may create roles, and notes for which database they were: those it made, and those that other restores
 * made before and that this one now needs too.
 */
export async function notingRoles(
  server: ServerSettings,
  database: string,
  make: () => Promise<void>,
): Promise<void> {
  await withServer(server, async (session) => {
    const action = 'making the roles of a scratch database'
    await query(session, { text: `SELECT pg_catalog.pg_advisory_lock(${rolesLock})`, action })
    const names = 'SELECT rolname AS name FROM pg_catalog.pg_roles'
    const before = new Set(
      (await query<{ name: string }>(session, { text: names, action })).map(({ name }) => name),
    )
    try {
      await make()
    } finally {
      for (const { name } of await query<{ name: string }>(session, { text: names, action })) {
        if (!before.has(name)) await comment(session, name, [database])
      }
      for (const { name, comment: text } of await query<RoleRow>(session, { text: ourRoles, action })) {
        const users = usersOf(text)
        if (!users.includes(database)) await comment(session, name, [...users, database])
      }
    }
    await beMember(session, action)
  })
}

/** Only members may give objects to a role. A superuser need not be one. */
async function beMember(session: Session, action: string): Promise<void> {
  const missing = await query<{ name: string }>(session, {
    text: `SELECT name FROM (${ourRoles}) r WHERE NOT pg_catalog.pg_has_role(name, 'MEMBER')`,
    action,
  })
  for (const { name } of missing) {
    await query(session, { text: `GRANT ${quoteName(name)} TO CURRENT_USER`, action })
  }
}

async function releaseRoles(session: Session, database: string): Promise<void> {
  const action = 'dropping the roles of a scratch database'
  await query(session, { text: `SELECT pg_catalog.pg_advisory_lock(${rolesLock})`, action })
  for (const { name, comment: text } of await query<RoleRow>(session, { text: ourRoles, action })) {
    const users = usersOf(text)
    if (!users.includes(database)) continue
    const others = users.filter((user) => user !== database)
    if (others.length > 0) await comment(session, name, others)
    else await query(session, { text: `DROP ROLE ${quoteName(name)}`, action })
  }
  await query(session, { text: `SELECT pg_catalog.pg_advisory_unlock(${rolesLock})`, action })
}

function usersOf(text: string): string[] {
  return text.slice(roleComment.length).split(' ')
}

async function comment(session: Session, role: string, databases: string[]): Promise<void> {
  const text = `COMMENT ON ROLE ${quoteName(role)} IS ${quoteText(roleComment + databases.join(' '))}`
  await query(session, { text, action: 'marking the roles of a scratch database' })
}
