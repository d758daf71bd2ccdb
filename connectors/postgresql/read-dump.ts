import { createWriteStream } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type ProgramEnd, type ProgramRun, runProgram } from './child-program.ts'
import { programEnvironment } from './client-programs.ts'
import { type ExcludedReference, excludedReferences } from './excluded-references.ts'
import { failureFrom } from './failures.ts'
import { heldCredentials } from './held-credentials.ts'
import { failureLine } from './psql-failure.ts'
import type { ReadingContext } from './reading-context.ts'
import { lockWaitMilliseconds } from './session-settings.ts'
import { restrictKeyOf } from './token.ts'

type Section = 'pre-data' | 'post-data'

/**
 * One section of `pg_dump`, taken in the snapshot. Keys that point at rows which the plan excludes, and
 * definitions that hold passwords, are left out of it.
 * `stillHeld` throws `epoch-lost`.
 */
export async function* readDump(
  context: ReadingContext,
  section: Section,
  stillHeld: (signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const excluded = section === 'post-data' ? await excludedReferences(context, signal) : []
  const credentials = section === 'pre-data' ? await heldCredentials(context, signal) : []
  if (excluded.length === 0 && credentials.length === 0)
    yield* dump(context, { section, format: 'plain', stillHeld }, signal)
  else yield* dumpWithout(context, { section, excluded, stillHeld }, signal)
}

async function* dump(
  context: ReadingContext,
  how: { section: Section; format: 'plain' | 'custom'; stillHeld: (signal: AbortSignal) => Promise<void> },
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const { server, programs, budget, token } = context
  const { section, format, stillHeld } = how
  await budget.acquire(signal)
  let end: ProgramEnd
  try {
    end = yield* runProgram({
      command: programs.pgDump,
      args: [
        `--format=${format}`,
        `--section=${section}`,
        `--snapshot=${token.snapshot}`,
        '--encoding=UTF8',
        '--no-password',
        // They are a dataset of their own.
        '--no-blobs',
        // Their connection strings hold passwords of other servers.
        '--no-subscriptions',
        `--lock-wait-timeout=${lockWaitMilliseconds}`,
        ...(format === 'plain' ? restrictOption(context) : []),
        ...(programs.pgDumpKnows.statistics ? ['--no-statistics'] : []),
      ],
      environment: programEnvironment(server),
      input: '',
      signal,
      action: actionOf(section),
    })
  } finally {
    budget.release()
  }
  // A snapshot's name could be given to another one after a restart: it was ours if its holder is still there.
  await stillHeld(signal)
  requireSuccess(context, section, end)
}

/** By an archive and its list of contents, from which the keys are struck. */
async function* dumpWithout(
  context: ReadingContext,
  how: { section: Section; excluded: ExcludedReference[]; stillHeld: (signal: AbortSignal) => Promise<void> },
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const { section, excluded, stillHeld } = how
  const folder = await mkdtemp(join(tmpdir(), 'reversibility-definitions-'))
  try {
    const archive = join(folder, 'archive')
    const list = join(folder, 'list')
    const archived = Readable.from(dump(context, { section, format: 'custom', stillHeld }, signal))
    await pipeline(archived, createWriteStream(archive, { mode: 0o600 }))
    const restore = (args: string[]): ProgramRun => ({
      command: context.programs.pgRestore,
      args: [...args, archive],
      environment: programEnvironment(context.server),
      input: '',
      signal,
      action: actionOf(section),
    })
    const chunks: Uint8Array[] = []
    const listing = runProgram(restore(['--list']))
    for (;;) {
      const step = await listing.next()
      if (step.done) {
        requireSuccess(context, section, step.value)
        break
      }
      chunks.push(step.value)
    }
    await writeFile(list, strike(Buffer.concat(chunks).toString('utf8'), excluded))
    const end = yield* runProgram(restore([`--use-list=${list}`, '--file=-', ...restrictOption(context)]))
    requireSuccess(context, section, end)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/**
 * Lines read `number; class oid TYPE schema tag owner`; 2606 is `pg_constraint`. The options of user mappings are
 * passwords. A comment on a struck key goes with it.
 */
export function strike(contents: string, excluded: ExcludedReference[]): string {
  const oids = new Set(excluded.map(({ oid }) => String(oid)))
  const names = excluded.map(({ name }) => name)
  return contents
    .split('\n')
    .filter((line) => {
      const oid = /^\d+; 2606 (\d+) FK CONSTRAINT /.exec(line)?.[1]
      if (oid !== undefined) return !oids.has(oid)
      if (/^\d+; \d+ \d+ USER MAPPING /.test(line)) return false
      if (!/^\d+; 0 0 COMMENT /.test(line)) return true
      return !names.some(
        (name) => line.includes(` CONSTRAINT ${name} ON `) || line.includes(` CONSTRAINT "${name}" ON `),
      )
    })
    .join('\n')
}

function restrictOption({ programs, token }: ReadingContext): string[] {
  return programs.pgDumpKnows.restrictKey ? [`--restrict-key=${restrictKeyOf(token)}`] : []
}

function actionOf(section: Section): string {
  return `reading the definitions of ${section}`
}

function requireSuccess({ server }: ReadingContext, section: Section, end: ProgramEnd): void {
  if (end.exitCode === 0) return
  const said = failureLine(end.errors) ?? `pg_dump ended with ${end.exitCode ?? 'a signal'}`
  // pg_dump tells no SQLSTATE, and the server speaks its own language.
  const code = /permission denied|must be superuser|must be owner/.test(end.errors)
    ? '42501'
    : /lock timeout|could not obtain lock/.test(end.errors)
      ? '55P03'
      : undefined
  throw failureFrom({ code, said }, { server, action: actionOf(section), subject: section })
}
