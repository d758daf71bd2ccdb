import type { Dataset, Neighbour } from '../../contract/dataset.ts'
import type { Discovered } from '../connector.ts'
import { definitionDataset, largeObjectsId } from './definitions.ts'
import { excludedReferences } from './excluded-references.ts'
import { heldCredentials } from './held-credentials.ts'
import { unreadableLargeObjects } from './large-objects.ts'
import { parseLines } from './lines.ts'
import { quoteName, quoteTable, slugOfTable } from './names.ts'
import { type ReadingContext, sizesOf } from './reading-context.ts'
import { sequencesQuery } from './sequences.ts'
import { largeObjectsOid } from './sizes.ts'
import { holdsRows, type Table, type TableRow, tableOf, tablesQuery } from './tables.ts'
import { workspaceFile } from './token.ts'

/** All that is there, in the order in which it is loaded; tables by the bytes of their names. */
export async function* discover(context: ReadingContext, signal: AbortSignal): AsyncGenerator<Discovered> {
  yield dataset(definitionDataset('roles'))
  yield dataset(definitionDataset('pre-data'))
  yield* discoverTables(context, signal)
  const hasLargeObjects = yield* discoverLargeObjects(context, signal)
  yield* checkSequences(context, signal)
  yield dataset(definitionDataset('sequences'))
  if (hasLargeObjects) yield dataset(definitionDataset('large-object-properties'))
  yield dataset(definitionDataset('post-data'))
  for (const { tableId, name, targetId } of await excludedReferences(context, signal)) {
    yield {
      type: 'omission',
      omission: {
        datasetId: 'post-data',
        item: `${tableId}: ${name}`,
        reason: `This foreign key points at ${targetId}, whose rows the plan excludes.`,
        code: 'excluded-by-plan',
      },
    }
  }
  for (const { kind, name } of await heldCredentials(context, signal)) {
    yield {
      type: 'omission',
      omission: {
        datasetId: 'pre-data',
        item: `${kind} ${name}`,
        reason:
          'Its definition holds a password of another system: it is made again by hand where it is needed.',
        code: 'cannot-be-exported',
      },
    }
  }
  yield dataset(definitionDataset('database'))
  yield dataset(definitionDataset('load-script'))
  yield* discoverNeighbours(context, signal)
}

function dataset(value: Dataset): Discovered {
  return { type: 'dataset', dataset: value }
}

async function* discoverTables(context: ReadingContext, signal: AbortSignal): AsyncGenerator<Discovered> {
  const sizes = await sizesOf(context, signal)
  const rows = await context.sessions.query<TableRow>({ text: tablesQuery, action: 'listing tables' }, signal)
  for (const table of rows.map(tableOf)) {
    if (table.kind === 'foreign' && table.extension === null) {
      yield {
        type: 'omission',
        omission: {
          datasetId: table.id,
          item: table.id,
          reason: 'A foreign table: its definition is handed over, its rows lie in another system.',
          code: 'cannot-be-exported',
        },
      }
    }
    if (!holdsRows(table)) continue
    if (!context.selection.includes(table.id)) {
      yield {
        type: 'omission',
        omission: {
          datasetId: table.id,
          item: table.id,
          reason: 'The plan excludes its rows; its definition is handed over.',
          code: 'excluded-by-plan',
        },
      }
      continue
    }
    const partial = partialAccess(table, context.server.user)
    if (partial !== undefined) {
      yield partial
      continue
    }
    const size = sizes.get(table.oid)
    yield dataset({
      id: table.id,
      kind: 'table',
      slug: slugOfTable(table),
      format: 'csv',
      restoreStage: 'data',
      estimatedBytes: size?.bytes ?? 0,
      ...(size === undefined || size.rows < 0 ? {} : { estimatedRecords: size.rows }),
      hasRecords: true,
    })
  }
}

function partialAccess(table: Table, user: string): Discovered | undefined {
  const role = quoteName(user)
  if (!table.mayUseSchema) {
    return {
      type: 'partial-access',
      item: table.id,
      reason: `${user} may not use the schema ${table.schema}.`,
      remedy: `GRANT USAGE ON SCHEMA ${quoteName(table.schema)} TO ${role};`,
    }
  }
  if (!table.maySelect) {
    return {
      type: 'partial-access',
      item: table.id,
      reason: `${user} may not read the whole table.`,
      remedy: `GRANT SELECT ON TABLE ${quoteTable(table)} TO ${role};`,
    }
  }
  if (table.isFiltered) {
    return {
      type: 'partial-access',
      item: table.id,
      reason: `Row-level security would hide rows from ${user}.`,
      remedy: `ALTER ROLE ${role} BYPASSRLS;`,
    }
  }
  return undefined
}

async function* discoverLargeObjects(
  context: ReadingContext,
  signal: AbortSignal,
): AsyncGenerator<Discovered, boolean> {
  const action = 'listing large objects'
  const [any] = await context.sessions.query<{ number: string }>(
    { text: 'SELECT pg_catalog.count(*) AS number FROM pg_catalog.pg_largeobject_metadata', action },
    signal,
  )
  if (any!.number === '0') return false
  if (!context.selection.includes(largeObjectsId)) {
    yield {
      type: 'omission',
      omission: {
        datasetId: largeObjectsId,
        item: largeObjectsId,
        reason: `The plan excludes the ${any!.number} large objects.`,
        code: 'excluded-by-plan',
      },
    }
    return false
  }
  const unreadable = await context.sessions.query<{ oid: number; total: string }>(
    { text: unreadableLargeObjects, action },
    signal,
  )
  const [first] = unreadable
  if (first !== undefined) {
    const user = context.server.user
    const some = unreadable.map(({ oid }) => oid).join(', ')
    yield {
      type: 'partial-access',
      item: largeObjectsId,
      reason: `${user} may not read ${first.total} large objects: ${some}${unreadable.length < Number(first.total) ? ', …' : ''}.`,
      remedy: `GRANT SELECT ON LARGE OBJECT ${some} TO ${quoteName(user)};`,
    }
    return false
  }
  const sizes = await sizesOf(context, signal)
  yield dataset({
    id: largeObjectsId,
    kind: 'large-objects',
    slug: 'large-objects',
    format: 'csv',
    restoreStage: 'data',
    // Two hexadecimal digits a byte.
    estimatedBytes: (sizes.get(largeObjectsOid)?.bytes ?? 0) * 2,
    hasRecords: true,
  })
  return true
}

async function* checkSequences(context: ReadingContext, signal: AbortSignal): AsyncGenerator<Discovered> {
  const rows = await context.sessions.query<{ schema: string; name: string; readable: boolean | null }>(
    { text: sequencesQuery, action: 'listing sequences' },
    signal,
  )
  for (const { schema, name, readable } of rows) {
    if (readable === true) continue
    yield {
      type: 'partial-access',
      item: `${schema}.${name}`,
      reason: `${context.server.user} may not read this sequence.`,
      remedy: `GRANT SELECT ON SEQUENCE ${quoteTable({ schema, name })} TO ${quoteName(context.server.user)};`,
    }
  }
}

async function* discoverNeighbours(context: ReadingContext, signal: AbortSignal): AsyncGenerator<Discovered> {
  const file = workspaceFile(context.token, 'neighbours.jsonl')
  for await (const neighbour of parseLines<Neighbour>(context.workspace.read(file, signal))) {
    yield { type: 'neighbour', neighbour }
  }
}
