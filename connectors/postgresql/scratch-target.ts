import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { from as copyInto } from 'pg-copy-streams'
import type { Dataset } from '../../contract/dataset.ts'
import { type Fingerprint, fingerprintOf } from '../../contract/fingerprint.ts'
import type { ScratchTarget, VolumeToLoad } from '../connector.ts'
import type { ClientPrograms } from './client-programs.ts'
import type { ServerSettings } from './config.ts'
import { query, type Session } from './connection.ts'
import { largeObjectsId } from './definitions.ts'
import { largeObjectFingerprintQuery } from './epoch.ts'
import { cancelled, failureOf } from './failures.ts'
import { largeObjectLoading } from './large-objects.ts'
import { copyFrom } from './load-script.ts'
import { tableOfId } from './names.ts'
import { noSuchDataset, rowsFrom } from './reading-context.ts'
import { runDefinitions } from './run-definitions.ts'
import { dropScratchDatabase, notingRoles, withServer } from './scratch-database.ts'
import { columnsLoaded, isLoaded, ledgerInsert, noteColumns, prepareLedger } from './scratch-ledger.ts'
import {
  type FingerprintRow,
  type TableRowsRow,
  tableFingerprintQuery,
  tableRowsQuery,
} from './table-rows.ts'

interface Scratch {
  /** To create and drop databases with. */
  server: ServerSettings
  database: string
  programs: ClientPrograms
}

export function scratchTargetOf({ server, database, programs }: Scratch): ScratchTarget {
  const scratch: ServerSettings = { ...server, database }
  const inScratch = <Result>(work: (session: Session) => Promise<Result>, signal: AbortSignal) =>
    withServer(scratch, work, signal)

  return {
    async load(volume, bytes, signal) {
      const { dataset } = volume
      // Written for people: this target does in its own way what the script says.
      if (dataset.kind === 'script') return
      await inScratch((session) => prepareLedger(session, signal), signal)
      if (await inScratch((session) => isLoaded(session, volume.path, signal), signal)) return
      if (dataset.format === 'csv') {
        await inScratch((session) => loadRows(session, volume, bytes, signal), signal)
        return
      }
      const run = () => runDefinitions({ server: scratch, programs, volume, bytes, signal })
      if (dataset.id === 'roles') await notingRoles(server, database, run)
      else await run()
    },

    fingerprint: (dataset, signal) => inScratch((session) => fingerprint(session, dataset, signal), signal),
    destroy: () => dropScratchDatabase(server, database),
    close: async () => undefined,
  }
}

/** One volume in one transaction with its line of the ledger: all of it is there, once, or nothing. */
async function loadRows(
  session: Session,
  volume: VolumeToLoad,
  bytes: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<void> {
  const { dataset, description, path } = volume
  const action = `loading ${path}`
  const run = (text: string, values?: unknown[]) =>
    query(session, { text, action, subject: dataset.id, ...(values === undefined ? {} : { values }) }, signal)
  await run('SET synchronous_commit TO off')
  await run('BEGIN')
  await run(ledgerInsert.text, [path])
  if (dataset.id === largeObjectsId) {
    await run(largeObjectLoading.prepare)
    await copy(session, { text: largeObjectLoading.load, action, subject: dataset.id }, bytes, signal)
    for (const text of largeObjectLoading.create) await run(text)
  } else {
    const table = tableOfId(dataset.id)
    if (table === undefined) throw noSuchDataset(dataset.id)
    // In the order of the source, which inheritance may have changed here.
    const columns = description.tableSchema?.fields.map(({ name }) => name) ?? []
    await noteColumns(session, { datasetId: dataset.id, columns }, signal)
    await copy(session, { text: copyFrom(table, columns), action, subject: dataset.id }, bytes, signal)
  }
  await run('COMMIT')
}

/** By the protocol and not by psql, which takes a line `\.` for the end of the data even between quotes. */
async function copy(
  session: Session,
  { text, action, subject }: { text: string; action: string; subject: string },
  bytes: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<void> {
  let brokenInput: unknown
  async function* watched(): AsyncGenerator<Uint8Array> {
    try {
      yield* bytes
    } catch (error) {
      brokenInput = error
      throw error
    }
  }
  try {
    const source = Readable.from(watched(), { objectMode: false, highWaterMark: 1024 * 1024 })
    await pipeline(source, session.client.query(copyInto(text)), { signal })
  } catch (error) {
    if (signal.aborted) throw cancelled(action, signal.reason)
    if (brokenInput !== undefined) throw brokenInput
    throw failureOf(error, { server: session.server, action, subject })
  }
}

async function fingerprint(session: Session, dataset: Dataset, signal: AbortSignal): Promise<Fingerprint> {
  const action = `taking the fingerprint of the restored ${dataset.id}`
  const ask = async (text: string) => {
    const [row] = await query<FingerprintRow>(session, { text, action, subject: dataset.id }, signal)
    return fingerprintOf(Number(row!.records), BigInt(row!.sum))
  }
  // Large objects may only be opened within a transaction; a single statement is one.
  if (dataset.id === largeObjectsId) return ask(largeObjectFingerprintQuery)
  const table = tableOfId(dataset.id)
  if (table === undefined) throw noSuchDataset(dataset.id)
  const values = [table.schema, table.name]
  const [row] = await query<TableRowsRow>(session, { text: tableRowsQuery, values, action }, signal)
  if (row === undefined) throw noSuchDataset(dataset.id)
  const columns = (await columnsLoaded(session, dataset.id, signal)) ?? row.columns
  return ask(tableFingerprintQuery({ ...rowsFrom(table, row), columns }))
}
