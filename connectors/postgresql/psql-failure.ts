import type { ReversibilityError } from '../../contract/errors.ts'
import { type Doing, failureFrom } from './failures.ts'

/** psql's exit codes: 1 its own failure, 2 the connection, 3 a statement (psql documentation, "Exit Status"). */
export function failureOfPsql(
  end: { exitCode: number | null; errors: string },
  doing: Doing,
): ReversibilityError {
  // The severity is in the language of the server.
  const error = /\S+: {2}([0-9A-Z]{5}): (.*)/.exec(end.errors)
  const code = error?.[1]
  const said = error?.[2] ?? failureLine(end.errors) ?? `psql ended with ${end.exitCode ?? 'a signal'}`
  return failureFrom({ code: code ?? connectionCode(end.errors), said }, doing)
}

/** What libpq says of a refused connection has no SQLSTATE; the words are those of the C locale, or of the server. */
function connectionCode(errors: string): string | undefined {
  if (/authentication failed|no pg_hba\.conf entry|no password supplied/.test(errors)) return '28000'
  if (/database ".*" does not exist/.test(errors)) return '3D000'
  if (/too many clients|remaining connection slots/.test(errors)) return '53300'
  return undefined
}

/** The line that says why a program failed. */
export function failureLine(text: string): string | undefined {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  return lines.find((line) => /error|fatal/i.test(line)) ?? lines.at(-1)
}
