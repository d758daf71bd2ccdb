import type { ConnectorType } from '../connector.ts'
import { type PostgresqlConfig, postgresqlConfig, settingsOf } from './config.ts'
import { connectorOf } from './connector-of.ts'
import { probeAccess } from './probe-access.ts'
import { restore } from './restore.ts'

/**
 * A database of a PostgreSQL server, 12 or newer. Tables as CSV by `COPY`, definitions by `pg_dump`, all in one exported snapshot.
 * The reading user needs SELECT on everything and BYPASSRLS where policies are; it never writes.
 */
export const postgresql: ConnectorType<PostgresqlConfig> = {
  kind: 'postgresql',
  config: postgresqlConfig,
  capabilities: ['restore', 'probeAccess'],
  epochLifetime: 'held',
  open: async (config, context) => connectorOf(await settingsOf(config, context.secrets), context),
  probeAccess: async (config, context) => probeAccess(await settingsOf(config, context.secrets)),
  restore,
}
