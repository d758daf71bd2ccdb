import type { Dataset, Description, TableSchema } from '../../contract/dataset.ts'
import { definitions, isDefinition, largeObjectsId } from './definitions.ts'
import {
  type ColumnRow,
  columnsQuery,
  type DescribedColumn,
  describedKeys,
  fieldOf,
} from './describe-columns.ts'
import { quoteTable } from './names.ts'
import { type ReadingContext, rowsOfDataset } from './reading-context.ts'

interface AboutRow extends Record<string, unknown> {
  comment: string | null
  parent: string | null
  generated: string[]
  monetary: string
}

export async function describe(
  context: ReadingContext,
  dataset: Dataset,
  signal: AbortSignal,
): Promise<Description> {
  if (isDefinition(dataset.id)) {
    return { datasetId: dataset.id, title: definitions[dataset.id].title, notes: [] }
  }
  if (dataset.id === largeObjectsId) return largeObjects
  return describeTable(context, dataset, signal)
}

const largeObjects: Description = {
  datasetId: largeObjectsId,
  title: 'Large objects, in chunks',
  tableSchema: {
    fields: [
      { name: 'loid', type: 'integer', sourceType: 'oid', constraints: { required: true } },
      { name: 'position', type: 'integer', sourceType: 'bigint', constraints: { required: true } },
      { name: 'data', type: 'string', sourceType: 'bytea', constraints: { required: true } },
    ],
    primaryKey: ['loid', 'position'],
    missingValues: [''],
  },
  notes: [
    'Each row is a piece of a large object: its number, the byte it starts at, its bytes as \\x and hexadecimal digits.',
  ],
}

async function describeTable(
  context: ReadingContext,
  dataset: Dataset,
  signal: AbortSignal,
): Promise<Description> {
  const rows = await rowsOfDataset(context, dataset.id, signal)
  const asked = { action: `describing ${dataset.id}`, subject: dataset.id, values: [rows.oid] }
  const [about] = await context.sessions.query<AboutRow>(
    {
      ...asked,
      text: `SELECT pg_catalog.obj_description(c.oid, 'pg_class') AS comment,
        CASE WHEN c.relispartition THEN (SELECT i.inhparent::regclass::text FROM pg_catalog.pg_inherits i WHERE i.inhrelid = c.oid) END AS parent,
        ARRAY(SELECT a.attname::text FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0
          AND NOT a.attisdropped AND a.attgenerated <> '' ORDER BY a.attnum) AS generated,
        (SELECT reset_val FROM pg_catalog.pg_settings WHERE name = 'lc_monetary') AS monetary
        FROM pg_catalog.pg_class c WHERE c.oid = $1`,
    },
    signal,
  )
  const columnRows = await context.sessions.query<ColumnRow>({ ...asked, text: columnsQuery }, signal)
  const columns = columnRows.map(fieldOf)
  const { comment, parent, generated, monetary } = about!
  const notes: string[] = []
  if (parent !== null) notes.push(`A partition of ${parent}.`)
  if (generated.length > 0)
    notes.push(`Left out because the server computes them again: ${generated.join(', ')}.`)
  if (columns.some(({ isMoney }) => isMoney)) {
    notes.push(`Amounts of type money are written in the C locale; the source displays them in ${monetary}.`)
  }
  if (rows.condition !== '') notes.push(`Rows that its extension does not make again: ${rows.condition}.`)
  const tableSchema = await schemaOf(context, { columns, rows, datasetId: dataset.id }, signal)
  return {
    datasetId: dataset.id,
    title: comment === null || comment.trim() === '' ? dataset.id : comment,
    // A Table Schema has at least one field.
    ...(columns.length === 0 ? {} : { tableSchema }),
    restoreName: quoteTable(rows),
    notes,
  }
}

async function schemaOf(
  context: ReadingContext,
  table: {
    columns: DescribedColumn[]
    rows: { oid: number; schema: string; name: string }
    datasetId: string
  },
  signal: AbortSignal,
): Promise<TableSchema> {
  const { primaryKey, foreignKeys } = await describedKeys(context, table, signal)
  return {
    fields: table.columns.map(({ field }) => field),
    ...(primaryKey.length === 0 ? {} : { primaryKey }),
    ...(foreignKeys.length === 0 ? {} : { foreignKeys }),
    missingValues: [''],
  }
}
