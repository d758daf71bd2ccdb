import { query, type Session } from './connection.ts'

/** Stands beside the restored schemas and in no fingerprint. */
export const ledgerSchema = 'reversibility_ledger'

const action = 'keeping the ledger of what was loaded'

export async function prepareLedger(session: Session, signal: AbortSignal): Promise<void> {
  await query(
    session,
    {
      // Two loads may begin at once.
      text: `SELECT pg_catalog.pg_advisory_lock(7316480272);
        SET client_min_messages TO warning;
        CREATE SCHEMA IF NOT EXISTS ${ledgerSchema};
        CREATE TABLE IF NOT EXISTS ${ledgerSchema}.volumes (path text PRIMARY KEY, loaded_at timestamptz NOT NULL DEFAULT now());
        CREATE TABLE IF NOT EXISTS ${ledgerSchema}.columns (dataset text PRIMARY KEY, names text[] NOT NULL);
        SELECT pg_catalog.pg_advisory_unlock(7316480272)`,
      action,
    },
    signal,
  )
}

/** In the same transaction as the volume: a second one fails on the key. */
export const ledgerInsert = { text: `INSERT INTO ${ledgerSchema}.volumes (path) VALUES ($1)` }

export async function isLoaded(session: Session, path: string, signal: AbortSignal): Promise<boolean> {
  const rows = await query(
    session,
    { text: `SELECT FROM ${ledgerSchema}.volumes WHERE path = $1`, values: [path], action },
    signal,
  )
  return rows.length > 0
}

export async function noteColumns(
  session: Session,
  { datasetId, columns }: { datasetId: string; columns: string[] },
  signal: AbortSignal,
): Promise<void> {
  await query(
    session,
    {
      text: `INSERT INTO ${ledgerSchema}.columns (dataset, names) VALUES ($1, $2) ON CONFLICT (dataset) DO NOTHING`,
      values: [datasetId, columns],
      action,
    },
    signal,
  )
}

export async function columnsLoaded(
  session: Session,
  datasetId: string,
  signal: AbortSignal,
): Promise<string[] | undefined> {
  const [row] = await query<{ names: string[] }>(
    session,
    {
      text: `SELECT names FROM ${ledgerSchema}.columns WHERE dataset = $1`,
      values: [datasetId],
      action,
    },
    signal,
  )
  return row?.names
}
