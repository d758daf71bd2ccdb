import type { Dataset, Part } from '../../contract/dataset.ts'
import { type Fingerprint, fingerprintOf } from '../../contract/fingerprint.ts'
import type { Epoch, Reading } from '../connector.ts'
import { query, type Session } from './connection.ts'
import { databaseStatements } from './database-properties.ts'
import { type DefinitionId, isDefinition, largeObjectsId } from './definitions.ts'
import { describe } from './describe.ts'
import { discover } from './discover.ts'
import { cancelled, epochLost } from './failures.ts'
import { largeObjectRows, largeObjectStatements } from './large-objects.ts'
import { encoded } from './lines.ts'
import { loadScript } from './load-script.ts'
import { type LargeObjectCursor, partition, type TableCursor } from './partition.ts'
import { readDump } from './read-dump.ts'
import { readRows } from './read-rows.ts'
import { type ReadingContext, rowsOfDataset } from './reading-context.ts'
import { roleStatements } from './roles.ts'
import { lostSnapshotCodes } from './snapshot-session.ts'
import { type FingerprintRow, fingerprintQuery, selectRows, tableFingerprintQuery } from './table-rows.ts'
import { formatToken, openedAtOf, workspaceFile } from './token.ts'

/** A holder that does not answer this long is taken for lost: a network may swallow a connection without a word. */
const maxSilenceMilliseconds = 30_000

/** A reading as one process has it: the one that holds it, with `holder`, or one that joined. */
export function epochOf(
  context: ReadingContext,
  holder: Session | undefined,
  onClose: () => Promise<void>,
): Epoch {
  let isClosed = false

  const alive = async (signal: AbortSignal) => {
    if (isClosed) throw epochLost(context.server, 'it was closed here')
    if (holder?.lost !== undefined) throw epochLost(context.server, 'the connection that held it broke')
    const action = 'looking after the reading'
    const silence = AbortSignal.timeout(maxSilenceMilliseconds)
    try {
      if (holder === undefined) await context.sessions.stillHeld(signal)
      else await query(holder, { text: 'SELECT', action }, AbortSignal.any([signal, silence]))
    } catch (error) {
      const code = (error as { cause?: { code?: string } }).cause?.code ?? ''
      if (lostSnapshotCodes.includes(code)) throw epochLost(context.server, 'its holder has gone')
      if (signal.aborted) throw error
      if (holder !== undefined && (silence.aborted || (holder as Session).lost !== undefined)) {
        throw epochLost(context.server, 'the connection that held it broke')
      }
      throw error
    }
  }

  const guard = (signal: AbortSignal) => {
    if (signal.aborted) throw cancelled('reading', signal.reason)
    if (isClosed) throw epochLost(context.server, 'it was closed here')
    if (holder?.lost !== undefined) throw epochLost(context.server, 'the connection that held it broke')
  }

  return {
    token: formatToken(context.token),
    openedAt: openedAtOf(context.token),
    alive,
    async *discover(signal) {
      guard(signal)
      yield* discover(context, signal)
    },
    async *partition(dataset, targetBytes, signal) {
      guard(signal)
      yield* partition(context, dataset, targetBytes, signal)
    },
    read: (part, signal) => readPart(context, { part, alive, guard }, signal),
    async fingerprint(dataset, signal) {
      guard(signal)
      return fingerprint(context, dataset, signal)
    },
    async describe(dataset, signal) {
      guard(signal)
      return describe(context, dataset, signal)
    },
    async close() {
      if (isClosed) return
      isClosed = true
      await context.sessions.close()
      await onClose()
    },
  }
}

function readPart(
  context: ReadingContext,
  about: { part: Part; alive: (signal: AbortSignal) => Promise<void>; guard: (signal: AbortSignal) => void },
  signal: AbortSignal,
): Reading {
  const { part, alive, guard } = about
  let records: number | null = null
  const onCount = (rows: number) => {
    records = rows
  }
  async function* bytes(): AsyncGenerator<Uint8Array> {
    guard(signal)
    if (isDefinition(part.datasetId)) {
      yield* readDefinition(context, part.datasetId, alive, signal)
      return
    }
    const subject = part.datasetId
    const action = `reading ${subject}, part ${part.index}`
    yield* readRows(
      context,
      { select: await selectOf(context, part, signal), action, subject, onCount },
      signal,
    )
  }
  return { bytes: bytes(), records: () => records, omissions: () => [] }
}

async function selectOf(context: ReadingContext, part: Part, signal: AbortSignal): Promise<string> {
  if (part.datasetId === largeObjectsId) return largeObjectRows(part.cursor as LargeObjectCursor)
  const rows = await rowsOfDataset(context, part.datasetId, signal)
  return selectRows(rows, (part.cursor as TableCursor).pages)
}

function readDefinition(
  context: ReadingContext,
  id: DefinitionId,
  alive: (signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
): AsyncIterable<Uint8Array> {
  switch (id) {
    case 'roles':
      return encoded(roleStatements(context.sessions, signal))
    case 'pre-data':
    case 'post-data':
      return readDump(context, id, alive, signal)
    case 'sequences':
      return context.workspace.read(workspaceFile(context.token, 'sequences.sql'), signal)
    case 'large-object-properties':
      return encoded(
        statements(
          context.sessions.stream({ text: largeObjectStatements, action: 'reading large objects' }, signal),
        ),
      )
    case 'database':
      return encoded(databaseStatements(context.sessions, signal))
    case 'load-script':
      return encoded(loadScript(context, signal))
  }
}

async function* statements(rows: AsyncIterable<{ statement: string }>): AsyncGenerator<string> {
  for await (const { statement } of rows) yield `${statement}\n`
}

async function fingerprint(
  context: ReadingContext,
  dataset: Dataset,
  signal: AbortSignal,
): Promise<Fingerprint> {
  const text =
    dataset.id === largeObjectsId
      ? largeObjectFingerprintQuery
      : tableFingerprintQuery(await rowsOfDataset(context, dataset.id, signal))
  const [row] = await context.sessions.query<FingerprintRow>(
    { text, action: `taking the fingerprint of ${dataset.id}`, subject: dataset.id },
    signal,
  )
  return fingerprintOf(Number(row!.records), BigInt(row!.sum))
}

export const largeObjectFingerprintQuery = fingerprintQuery(
  'ROW(loid, position, data)',
  `FROM (${largeObjectRows({})}) r`,
)
