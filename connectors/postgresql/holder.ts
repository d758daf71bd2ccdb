import { randomBytes } from 'node:crypto'
import { ReversibilityError } from '../../contract/errors.ts'
import { type ServerSettings, serverName } from './config.ts'
import { closeSession, openSession, query, type Session } from './connection.ts'
import { codeOf } from './failures.ts'
import { quoteTable } from './names.ts'
import { type Table, type TableRow, tableOf, tablesQuery } from './tables.ts'
import type { EpochToken } from './token.ts'

const maxAttempts = 5
const tablesPerLock = 200

/** The session whose transaction is the reading: it runs nothing else, since one failed query would end it. */
export interface Holder {
  session: Session
  token: EpochToken
}

/**
 * Begins the reading and locks every readable table in the lightest mode, as `pg_dump` does: what a snapshot does not
 * protect from, TRUNCATE and rewriting, then waits. What slipped in between is noticed by its new file, and the reading begun again.
 */
export async function openHolder(server: ServerSettings, signal: AbortSignal): Promise<Holder> {
  const session = await openSession(server, signal, 'reversibility: reading')
  try {
    for (let attempt = 1; attempt <= maxAttempts; attempt++) {
      const token = await begin(session, signal)
      if (await lockTables(session, signal)) return { session, token }
      await query(session, { text: 'ROLLBACK', action: 'opening a reading' }, signal)
    }
    throw new ReversibilityError(
      'unavailable',
      `Tables of ${serverName(server)} were rewritten each of the ${maxAttempts} times that a reading was opened.`,
      { remedy: 'Start again when no change of structure is under way.', subject: serverName(server) },
    )
  } catch (error) {
    await closeSession(session)
    throw error
  }
}

interface IdentityRow extends Record<string, unknown> {
  snapshot: string
  database: number
  pid: number
  started: string
}

async function begin(session: Session, signal: AbortSignal): Promise<EpochToken> {
  const action = 'opening a reading'
  const systemIdentifier = await systemIdentifierOf(session, signal)
  await query(session, { text: 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY', action }, signal)
  const [row] = await query<IdentityRow>(
    session,
    {
      text: `SELECT pg_catalog.pg_export_snapshot() AS snapshot, d.oid AS database, pg_catalog.pg_backend_pid() AS pid,
        (extract(epoch FROM pg_catalog.transaction_timestamp()) * 1000000)::bigint::text AS started
        FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database()`,
      action,
    },
    signal,
  )
  return {
    systemIdentifier,
    databaseOid: row!.database,
    snapshot: row!.snapshot,
    holderPid: row!.pid,
    startedMicroseconds: BigInt(row!.started),
    nonce: randomBytes(16).toString('hex'),
  }
}

/** Some hosts keep `pg_control_system` from their clients: `-` then, and the rest of the token must do. */
export async function systemIdentifierOf(session: Session, signal: AbortSignal): Promise<string> {
  const action = 'identifying the server'
  const [may] = await query<{ may: boolean }>(
    session,
    {
      text: `SELECT pg_catalog.has_function_privilege('pg_catalog.pg_control_system()', 'EXECUTE') AS may`,
      action,
    },
    signal,
  )
  if (may?.may !== true) return '-'
  const [row] = await query<{ id: string }>(
    session,
    { text: 'SELECT system_identifier::text AS id FROM pg_catalog.pg_control_system()', action },
    signal,
  )
  return row!.id
}

/** False when a table was dropped or rewritten between the instant of the reading and the lock. */
async function lockTables(session: Session, signal: AbortSignal): Promise<boolean> {
  const action = 'locking tables against changes of structure'
  const rows = await query<TableRow>(session, { text: tablesQuery, action }, signal)
  const lockable = rows.map(tableOf).filter(isLockable)
  for (let from = 0; from < lockable.length; from += tablesPerLock) {
    const names = lockable.slice(from, from + tablesPerLock).map((table) => `ONLY ${quoteTable(table)}`)
    try {
      await query(session, { text: `LOCK TABLE ${names.join(', ')} IN ACCESS SHARE MODE`, action }, signal)
    } catch (error) {
      // Dropped, or its schema, since the reading began.
      const code = codeOf((error as Error).cause)
      if (code === '42P01' || code === '3F000' || code === '42704') return false
      throw error
    }
  }
  const rewritten = await query(
    session,
    {
      text: `SELECT FROM pg_catalog.pg_class c WHERE c.oid = ANY ($1::oid[]) AND c.relfilenode <> 0
        AND pg_catalog.pg_relation_filenode(c.oid) IS DISTINCT FROM c.relfilenode LIMIT 1`,
      values: [lockable.map(({ oid }) => oid)],
      action,
    },
    signal,
  )
  return rewritten.length === 0
}

function isLockable(table: Table): boolean {
  return table.kind !== 'foreign' && table.maySelect && table.mayUseSchema
}
