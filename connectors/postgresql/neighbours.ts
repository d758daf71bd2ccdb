import type { Neighbour } from '../../contract/dataset.ts'
import { addressOf } from './config.ts'
import { query, type Session } from './connection.ts'

/** Written as the comment of every scratch database, so that a rehearsal does not find its own copies. */
export const scratchComment = 'Scratch database of a reversibility rehearsal'

/** An empty database is about this much larger than its template at most. */
const emptyMarginBytes = 1_048_576

/**
 * The other databases of the server that clients may connect to. `postgres`, made with every cluster for tools to connect
 * to, counts only when something is in it; scratch databases of rehearsals do not count.
 */
const neighboursQuery = `
SELECT name, bytes::text FROM (
  SELECT d.datname AS name, d.datcollate,
    CASE WHEN pg_catalog.has_database_privilege(d.oid, 'CONNECT') OR pg_catalog.pg_has_role('pg_read_all_stats', 'USAGE')
      THEN pg_catalog.pg_database_size(d.oid) END AS bytes
  FROM pg_catalog.pg_database d
  WHERE NOT d.datistemplate AND d.datallowconn AND d.datname <> pg_catalog.current_database()
    AND coalesce(pg_catalog.shobj_description(d.oid, 'pg_database'), '') <> '${scratchComment}'
) n
WHERE name <> 'postgres' OR bytes IS NULL
  OR bytes > ${emptyMarginBytes} + (SELECT pg_catalog.pg_database_size(oid) FROM pg_catalog.pg_database WHERE datname = 'template1')
ORDER BY name COLLATE "C"`

interface NeighbourRow extends Record<string, unknown> {
  name: string
  bytes: string | null
}

/** They are no part of the snapshot: looked for once, when the reading is opened. */
export async function* findNeighbours(session: Session, signal: AbortSignal): AsyncGenerator<Neighbour> {
  const asked = { text: neighboursQuery, action: 'listing the databases of the server' }
  for (const { name, bytes } of await query<NeighbourRow>(session, asked, signal)) {
    yield {
      address: addressOf(session.server, name),
      title: name,
      ...(bytes === null ? {} : { estimatedBytes: Number(bytes) }),
    }
  }
}
