import { createHash } from 'node:crypto'

export interface TableName {
  schema: string
  name: string
}

/** An identifier as SQL writes it, always between quotes. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

export function quoteTable({ schema, name }: TableName): string {
  return `${quoteName(schema)}.${quoteName(name)}`
}

/** A string constant. Sessions have `standard_conforming_strings` on; the escape form is for backslashes elsewhere. */
export function quoteText(text: string): string {
  const quoted = `'${text.replaceAll("'", "''")}'`
  return text.includes('\\') ? ` E${quoted.replaceAll('\\', '\\\\')}` : quoted
}

/** A word for a POSIX shell. */
export function quoteShell(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}

/**
 * A table's dataset id: `public.client`, as a person would say it. A name that holds a dot or a quote is quoted as SQL
 * does, so that two tables never share an id and `tableOfId` finds its way back.
 */
export function idOfTable({ schema, name }: TableName): string {
  return `${idWord(schema)}.${idWord(name)}`
}

function idWord(word: string): string {
  return /[."]/.test(word) ? quoteName(word) : word
}

/** The inverse of `idOfTable`; undefined for what is no table's id. */
export function tableOfId(id: string): TableName | undefined {
  const match = /^(?:"((?:[^"]|"")+)"|([^."]+))\.(?:"((?:[^"]|"")+)"|([^."]+))$/s.exec(id)
  if (match === null) return undefined
  const [, quotedSchema, schema, quotedName, name] = match
  return {
    schema: schema ?? quotedSchema!.replaceAll('""', '"'),
    name: name ?? quotedName!.replaceAll('""', '"'),
  }
}

/**
 * A table's folder: the id where that is safe in any file system and URL, else its safe characters and eight digits of
 * the id's SHA-256. A plain name holds no `-`, so it never meets a digested one; case never tells two apart.
 */
export function slugOfTable(table: TableName): string {
  const id = idOfTable(table)
  if (/^[a-z0-9_]+\.[a-z0-9_]+$/.test(id)) return `tables/${id}`
  const safe = id
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9_.]+/g, '_')
    .replaceAll(/\.{2,}/g, '.')
    .replaceAll(/^[._]+|[._]+$/g, '')
    .slice(0, 100)
  return `tables/${safe === '' ? 'table' : safe}-${createHash('sha256').update(id).digest('hex').slice(0, 8)}`
}
