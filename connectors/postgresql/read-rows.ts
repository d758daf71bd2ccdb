import { ReversibilityError } from '../../contract/errors.ts'
import { runProgram } from './child-program.ts'
import { programEnvironment } from './client-programs.ts'
import { serverName } from './config.ts'
import { epochLost, failureFrom } from './failures.ts'
import type { ReadingContext } from './reading-context.ts'
import { settingStatements } from './session-settings.ts'
import { joinStatements, lostSnapshotCodes } from './snapshot-session.ts'

const joinedMark = 'reversibility:joined'
const countMark = 'reversibility:rows='

/**
 * The rows of a query as CSV with a header line, written by psql in the server's own text: nothing passes through JavaScript
 * values. `onCount` is told the number of rows that the server says it sent, once all came; its absence is an error.
 */
export async function* readRows(
  context: ReadingContext,
  asked: { select: string; action: string; subject: string; onCount: (rows: number) => void },
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const { select, action, subject, onCount } = asked
  const { server, programs, budget } = context
  await budget.acquire(signal)
  try {
    const psql = ['-X', '-q', '-w', '-v', 'ON_ERROR_STOP=1', '-f', '-']
    const end = yield* runProgram({
      command: programs.stdbuf ?? programs.psql,
      args: programs.stdbuf === undefined ? psql : ['-o262144', programs.psql, ...psql],
      environment: programEnvironment(server),
      input: script(context, select),
      signal,
      action,
    })
    if (end.exitCode !== 0) throw failureOfPsql(end, { context, action, subject })
    const count = new RegExp(`^${countMark}(\\d+)$`, 'm').exec(end.errors)?.[1]
    if (count === undefined) {
      throw new ReversibilityError(
        'integrity-mismatch',
        `${serverName(server)} did not say how many rows of ${subject} it sent.`,
        {
          remedy: 'Read the part again; if it comes again, report it with the release of psql.',
          subject,
        },
      )
    }
    onCount(Number(count))
  } finally {
    budget.release()
  }
}

function script(context: ReadingContext, select: string): string {
  const copy = `(${select}) TO`
  const options = '(FORMAT csv, HEADER)'
  return [
    '\\set VERBOSITY verbose',
    '\\set SHOW_CONTEXT never',
    // psql tells a command's row count only when its rows went elsewhere than where it reports.
    '\\o /dev/null',
    settingStatements(context.serverVersion),
    // Ranges of pages are read as such, and rows in the order in which they lie.
    'SET enable_seqscan TO off; SET max_parallel_workers_per_gather TO 0; SET jit TO off;',
    ...joinStatements(context.token),
    `\\warn ${joinedMark}`,
    // \copy ends at the end of its line; a name that holds one goes the longer way.
    ...(/[\n\r]/.test(select)
      ? [`COPY ${copy} STDOUT ${options} \\g |cat`]
      : [`\\copy ${copy} pstdout ${options}`]),
    `\\warn ${countMark}:ROW_COUNT`,
    'COMMIT;',
    '',
  ].join('\n')
}

/** psql's exit codes: 1 its own failure, 2 the connection, 3 a statement (psql documentation, "Exit Status"). */
export function failureOfPsql(
  end: { exitCode: number | null; errors: string },
  about: { context: Pick<ReadingContext, 'server'>; action: string; subject: string },
): ReversibilityError {
  const { context, action, subject } = about
  // The severity is in the language of the server.
  const error = /\S+: {2}([0-9A-Z]{5}): (.*)/.exec(end.errors)
  const hasJoined = end.errors.includes(joinedMark)
  const code = error?.[1]
  if (!hasJoined && code !== undefined && lostSnapshotCodes.includes(code)) {
    return epochLost(context.server, 'its holder has gone')
  }
  const said = error?.[2] ?? failureLine(end.errors) ?? `psql ended with ${end.exitCode ?? 'a signal'}`
  return failureFrom(
    { code: code ?? connectionCode(end.errors), said },
    { server: context.server, action, subject },
  )
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
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('reversibility:'))
  return lines.find((line) => /error|fatal/i.test(line)) ?? lines.at(-1)
}
