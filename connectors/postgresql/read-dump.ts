import { runProgram } from './child-program.ts'
import { programEnvironment } from './client-programs.ts'
import { failureFrom } from './failures.ts'
import { lastLine } from './read-rows.ts'
import type { ReadingContext } from './reading-context.ts'
import { lockWaitMilliseconds } from './session-settings.ts'
import { restrictKeyOf } from './token.ts'

/** One section of `pg_dump`, taken in the snapshot. `stillHeld` throws `epoch-lost`. */
export async function* readDump(
  context: ReadingContext,
  section: 'pre-data' | 'post-data',
  stillHeld: (signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const { server, programs, budget, token } = context
  const action = `reading the definitions of ${section}`
  await budget.acquire(signal)
  let end: { exitCode: number | null; errors: string }
  try {
    end = yield* runProgram({
      command: programs.pgDump,
      args: [
        '--format=plain',
        `--section=${section}`,
        `--snapshot=${token.snapshot}`,
        '--encoding=UTF8',
        '--no-password',
        // They are a dataset of their own.
        '--no-blobs',
        `--lock-wait-timeout=${lockWaitMilliseconds}`,
        ...(programs.pgDumpKnows.restrictKey ? [`--restrict-key=${restrictKeyOf(token)}`] : []),
        ...(programs.pgDumpKnows.statistics ? ['--no-statistics'] : []),
      ],
      environment: programEnvironment(server),
      input: '',
      signal,
      action,
    })
  } finally {
    budget.release()
  }
  // A snapshot's name could be given to another one after a restart: it was ours if its holder is still there.
  await stillHeld(signal)
  if (end.exitCode === 0) return
  const said = lastLine(end.errors) ?? `pg_dump ended with ${end.exitCode ?? 'a signal'}`
  // pg_dump tells no SQLSTATE, and the server speaks its own language.
  const code = /permission denied|must be superuser|must be owner/.test(end.errors)
    ? '42501'
    : /lock timeout|could not obtain lock/.test(end.errors)
      ? '55P03'
      : undefined
  throw failureFrom({ code, said }, { server, action, subject: section })
}
