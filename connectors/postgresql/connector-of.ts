import type { Connector, ConnectorContext, Epoch } from '../connector.ts'
import { type ClientPrograms, findClientPrograms, requireDumpFor } from './client-programs.ts'
import { addressOf, type ServerSettings } from './config.ts'
import { closeSession, query } from './connection.ts'
import { ConnectionBudget } from './connection-budget.ts'
import { epochOf } from './epoch.ts'
import { epochLost } from './failures.ts'
import { type Holder, openHolder, systemIdentifierOf } from './holder.ts'
import { asLines, encoded } from './lines.ts'
import { findNeighbours } from './neighbours.ts'
import type { ReadingContext } from './reading-context.ts'
import { selectionOf } from './selection.ts'
import { sequenceStatements } from './sequences.ts'
import { measureTables } from './sizes.ts'
import { SnapshotSessions } from './snapshot-session.ts'
import { type EpochToken, parseToken, workspaceFile } from './token.ts'

/** A database of a PostgreSQL server. `context.maxConnections` bounds all that this connector has open there at once. */
export function connectorOf(server: ServerSettings, context: ConnectorContext): Connector {
  const opened = new Set<Epoch>()
  const selection = selectionOf(context.selection)

  const budget = new ConnectionBudget(context.maxConnections)

  const reading = (token: EpochToken, programs: ClientPrograms): Omit<ReadingContext, 'serverVersion'> => {
    return {
      server,
      programs,
      token,
      budget,
      sessions: new SnapshotSessions(server, token, budget),
      workspace: context.workspace,
      selection,
      rowsOf: new Map(),
      sizes: undefined,
    }
  }
  const keep = (epoch: Epoch): Epoch => {
    opened.add(epoch)
    return epoch
  }

  return {
    address: addressOf(server, server.database),

    async openEpoch(signal) {
      const programs = await findClientPrograms()
      await budget.hold(signal)
      let held: Holder
      try {
        held = await openHolder(server, signal)
      } catch (error) {
        budget.releaseHeld()
        throw error
      }
      const { session, token } = held
      try {
        requireDumpFor(programs, server, session.serverVersion)
        const note = (name: Parameters<typeof workspaceFile>[1], texts: AsyncIterable<string>) =>
          context.workspace.write(workspaceFile(token, name), encoded(texts))
        await note('sizes.jsonl', asLines(measureTables(session, signal)))
        await note('sequences.sql', sequenceStatements(session, signal))
        await note('neighbours.jsonl', asLines(findNeighbours(session, signal)))
        const shared = { ...reading(token, programs), serverVersion: session.serverVersion }
        const epoch: Epoch = epochOf(shared, session, async () => {
          opened.delete(epoch)
          await closeSession(session)
          budget.releaseHeld()
        })
        return keep(epoch)
      } catch (error) {
        await closeSession(session)
        budget.releaseHeld()
        throw error
      }
    },

    async joinEpoch(text, signal) {
      const token = parseToken(text)
      const shared = reading(token, await findClientPrograms())
      const serverVersion = await shared.sessions.use(signal, async (session) => {
        const [row] = await query<{ database: number }>(
          session,
          {
            text: 'SELECT oid AS database FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()',
            action: 'joining a reading',
          },
          signal,
        )
        const systemIdentifier = await systemIdentifierOf(session, signal)
        if (row!.database !== token.databaseOid || systemIdentifier !== token.systemIdentifier) {
          throw epochLost(server, 'it is of another database')
        }
        return session.serverVersion
      })
      requireDumpFor(shared.programs, server, serverVersion)
      const epoch: Epoch = epochOf({ ...shared, serverVersion }, undefined, async () => {
        opened.delete(epoch)
      })
      return keep(epoch)
    },

    async close() {
      for (const epoch of [...opened]) await epoch.close()
    },
  }
}
