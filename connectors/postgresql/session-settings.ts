import { quoteText } from './names.ts'

/** Before 12 the catalogs differ too much (generated columns, SHA-256); those releases ended in 2023 and earlier. */
export const oldestServerVersion = 120_000

const lockTimeoutSeconds = 30

/**
 * What makes the text of a value the same on every server, for every user: each session that reads or loads sets these.
 * - `row_security = off`: a policy that would hide rows is an error, never a smaller export.
 * - `lc_monetary = C`: amounts of type `money` are written and read in hundredths whatever the server's locale.
 * - `synchronize_seqscans = off`: rows come in the order in which they lie.
 */
const settings: [name: string, value: string][] = [
  ['client_encoding', 'UTF8'],
  ['standard_conforming_strings', 'on'],
  ['datestyle', 'ISO, MDY'],
  ['intervalstyle', 'postgres'],
  ['timezone', 'UTC'],
  ['extra_float_digits', '3'],
  ['bytea_output', 'hex'],
  ['xmloption', 'content'],
  ['lc_monetary', 'C'],
  ['search_path', ''],
  ['row_security', 'off'],
  ['synchronize_seqscans', 'off'],
  ['quote_all_identifiers', 'off'],
  ['statement_timeout', '0'],
  ['idle_in_transaction_session_timeout', '0'],
  ['lock_timeout', `${lockTimeoutSeconds}s`],
]

/** Statements that set them, as one line. `serverVersion` as `server_version_num`. */
export function settingStatements(serverVersion: number): string {
  const all = [...settings]
  // So that a backend whose reader is gone ends soon instead of at its next write.
  if (serverVersion >= 140_000) all.push(['client_connection_check_interval', '5s'])
  if (serverVersion >= 170_000) all.push(['transaction_timeout', '0'])
  return all.map(([name, value]) => `SET ${name} TO ${quoteText(value)};`).join(' ')
}

/** The same for programs that are given a database and no session: a value for `PGOPTIONS`. */
export function settingOptions(): string {
  return settings
    .filter(([name]) => !['client_encoding', 'search_path', 'row_security'].includes(name))
    .map(([name, value]) => `-c ${name}=${value.replaceAll(' ', '')}`)
    .join(' ')
}

export const lockWaitMilliseconds = lockTimeoutSeconds * 1000
