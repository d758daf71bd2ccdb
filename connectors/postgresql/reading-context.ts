import { ReversibilityError } from '../../contract/errors.ts'
import type { Workspace } from '../connector.ts'
import type { ClientPrograms } from './client-programs.ts'
import type { ServerSettings } from './config.ts'
import type { ConnectionBudget } from './connection-budget.ts'
import { type TableName, tableOfId } from './names.ts'
import type { Selection } from './selection.ts'
import { readSizes, type TableSize } from './sizes.ts'
import type { SnapshotSessions } from './snapshot-session.ts'
import { type TableRows, type TableRowsRow, tableRowsQuery } from './table-rows.ts'
import { type EpochToken, workspaceFile } from './token.ts'

/** What the parts of one reading share. */
export interface ReadingContext {
  server: ServerSettings
  serverVersion: number
  programs: ClientPrograms
  token: EpochToken
  budget: ConnectionBudget
  sessions: SnapshotSessions
  workspace: Workspace
  selection: Selection
  /** Found once: structure is locked while the reading lives. */
  readonly rowsOf: Map<string, TableRows>
  sizes: Map<number, TableSize> | undefined
}

export async function sizesOf(context: ReadingContext, signal: AbortSignal): Promise<Map<number, TableSize>> {
  context.sizes ??= await readSizes(
    context.workspace.read(workspaceFile(context.token, 'sizes.jsonl'), signal),
  )
  return context.sizes
}

/** What is read of the table with this dataset id. Throws `not-found`. */
export async function rowsOfDataset(
  context: ReadingContext,
  datasetId: string,
  signal: AbortSignal,
): Promise<TableRows> {
  const known = context.rowsOf.get(datasetId)
  if (known !== undefined) return known
  const table = tableOfId(datasetId)
  const asked = { text: tableRowsQuery, action: `looking for ${datasetId}`, subject: datasetId }
  const [row] =
    table === undefined
      ? []
      : await context.sessions.query<TableRowsRow>({ ...asked, values: [table.schema, table.name] }, signal)
  if (row === undefined) throw noSuchDataset(datasetId)
  const rows = rowsFrom(table!, row)
  context.rowsOf.set(datasetId, rows)
  return rows
}

export function rowsFrom(table: TableName, row: TableRowsRow): TableRows {
  return { ...table, oid: row.oid, columns: row.columns, condition: row.condition ?? '' }
}

export function noSuchDataset(id: string): ReversibilityError {
  return new ReversibilityError('not-found', `This reading has no dataset ${JSON.stringify(id)}.`, {
    remedy: 'Name a dataset that discover lists.',
    subject: id,
  })
}
