import type { Dataset, Part } from '../../contract/dataset.ts'
import { isDefinition, largeObjectsId } from './definitions.ts'
import { largeObjectSizes } from './large-objects.ts'
import { type ReadingContext, rowsOfDataset, sizesOf } from './reading-context.ts'
import type { PageRange } from './table-rows.ts'

/** From 14 on, a range of pages is read without reading the rest of the table. */
const firstVersionWithPageRanges = 140_000

/** What a table's part holds of it; `pages` null for the whole. */
export interface TableCursor {
  pages: PageRange | null
}

/** Large objects from one number up to, not including, another; null for no end. */
export interface LargeObjectCursor {
  from: number
  to: number | null
}

export async function* partition(
  context: ReadingContext,
  dataset: Dataset,
  targetBytes: number,
  signal: AbortSignal,
): AsyncGenerator<Part> {
  if (isDefinition(dataset.id)) {
    yield {
      datasetId: dataset.id,
      index: 0,
      path: dataset.slug,
      format: dataset.format,
      compress: false,
      estimatedBytes: dataset.estimatedBytes,
      cursor: null,
    }
    return
  }
  const cursors =
    dataset.id === largeObjectsId
      ? largeObjectRanges(context, targetBytes, signal)
      : tableRanges(context, dataset, targetBytes, signal)
  let index = 0
  for await (const { cursor, estimatedBytes } of cursors) {
    yield {
      datasetId: dataset.id,
      index,
      path: `${dataset.slug}/part-${String(index).padStart(5, '0')}.csv`,
      format: 'csv',
      compress: true,
      estimatedBytes,
      cursor,
    }
    index += 1
  }
}

interface Slice {
  cursor: TableCursor | LargeObjectCursor
  estimatedBytes: number
}

async function* tableRanges(
  context: ReadingContext,
  dataset: Dataset,
  targetBytes: number,
  signal: AbortSignal,
): AsyncGenerator<Slice> {
  const rows = await rowsOfDataset(context, dataset.id, signal)
  const size = (await sizesOf(context, signal)).get(rows.oid)
  const pages = size?.pages ?? 0
  const bytes = size?.bytes ?? 0
  const mayCut =
    context.serverVersion >= firstVersionWithPageRanges &&
    rows.condition === '' &&
    (await isHeap(context, rows.oid, signal))
  if (!mayCut || bytes <= targetBytes || pages < 2) {
    yield { cursor: { pages: null }, estimatedBytes: bytes }
    return
  }
  const parts = Math.min(pages, Math.ceil(bytes / targetBytes))
  for (let part = 0; part < parts; part++) {
    const fromPage = Math.floor((pages * part) / parts)
    const toPage = part === parts - 1 ? null : Math.floor((pages * (part + 1)) / parts)
    const estimatedBytes = Math.round(bytes / parts)
    yield { cursor: { pages: { fromPage, toPage } }, estimatedBytes }
  }
}

/** Other ways of storing tables may not have pages, or not scan them by range. */
async function isHeap(context: ReadingContext, oid: number, signal: AbortSignal): Promise<boolean> {
  const rows = await context.sessions.query<{ heap: boolean }>(
    {
      text: `SELECT a.amname = 'heap' AS heap FROM pg_catalog.pg_class c JOIN pg_catalog.pg_am a ON a.oid = c.relam WHERE c.oid = $1`,
      values: [oid],
      action: 'looking at how a table is stored',
    },
    signal,
  )
  return rows[0]?.heap === true
}

async function* largeObjectRanges(
  context: ReadingContext,
  targetBytes: number,
  signal: AbortSignal,
): AsyncGenerator<Slice> {
  const sizes = context.sessions.stream<{ loid: number; size: string }>(
    { text: largeObjectSizes(), action: 'measuring large objects' },
    signal,
  )
  let from = 0
  let bytes = 0
  for await (const { loid, size } of sizes) {
    const more = Number(size) * 2 + 32
    if (bytes > 0 && bytes + more > targetBytes) {
      yield { cursor: { from, to: loid }, estimatedBytes: bytes }
      from = loid
      bytes = 0
    }
    bytes += more
  }
  yield { cursor: { from, to: null }, estimatedBytes: bytes }
}
