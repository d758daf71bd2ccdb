import type { ReadingContext } from './reading-context.ts'

/** Definitions that hold passwords of other systems. No package may: they are left out, and said to be. */
export interface HeldCredential extends Record<string, unknown> {
  kind: 'user mapping' | 'subscription'
  name: string
}

const credentialsQuery = `
SELECT 'user mapping' AS kind, pg_catalog.format('%s on %s', coalesce(usename, 'public'), srvname) AS name
FROM pg_catalog.pg_user_mappings
UNION ALL
SELECT 'subscription', subname FROM pg_catalog.pg_subscription
WHERE subdbid = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
ORDER BY 1, 2`

export async function heldCredentials(
  context: ReadingContext,
  signal: AbortSignal,
): Promise<HeldCredential[]> {
  const action = 'looking for passwords of other systems'
  return context.sessions.query<HeldCredential>({ text: credentialsQuery, action }, signal)
}
