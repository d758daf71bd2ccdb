import { createWriteStream } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Client } from '@temporalio/client'
import { resolveSecret } from '../connectors/secrets.ts'
import {
  type ErrorType,
  errorTypes,
  exitCodeWithDifferences,
  ReversibilityError,
} from '../contract/errors.ts'
import { journalPrefix, recordKey } from '../contract/layout.ts'
import type { Plan } from '../contract/plan/plan.ts'
import { isSecretReference } from '../contract/plan/secret-reference.ts'
import type { RunReport } from '../contract/report.ts'
import { runReportSchema } from '../contract/report-schema.ts'
import type { RunContext } from '../contract/run.ts'
import { runWorkflowId } from '../contract/signals.ts'
import type { RunStatus } from '../contract/status.ts'
import type { Language } from '../contract/words/language.ts'
import { writeEvidence } from '../evidence/bundle.ts'
import { renderTerminal } from '../reporting/terminal.ts'
import { startRehearsal } from '../service/start.ts'
import { tuningFromEnvironment } from '../service/tuning.ts'
import { watchRun } from '../service/watch.ts'
import { readBytes } from '../store/json.ts'
import type { ObjectStore } from '../store/object-store.ts'
import { connect } from '../temporal/connect.ts'
import { keyringFromEnvironment } from '../temporal/keyring.ts'
import { wantsColor } from './render/color.ts'
import { showProgress } from './render/progress.ts'
import { storeAt } from './s3-package.ts'

export interface RehearseOptions {
  keep?: boolean
  json?: boolean
  acceptFindings?: boolean
  verbose?: boolean
  output: string
  language?: Language
  runId?: string
  reconcile: boolean
  taskQueue: string
}

export interface Rehearsing {
  plan: Plan
  text: string
  options: RehearseOptions
  language: Language
  interactive: boolean
  /** Aborted when the person asks to stop: the run is then cancelled, and waited for while it cleans up. */
  stopping: AbortController
}

/** Starts a rehearsal, shows it until its end, and its report. Answers the exit code. */
export async function runRehearsal(rehearsing: Rehearsing): Promise<number> {
  const { plan, text, options } = rehearsing
  const bucket = isSecretReference(plan.delivery.bucket)
    ? await resolveSecret(plan.delivery.bucket)
    : plan.delivery.bucket
  const store = storeAt({ bucket, prefix: '' })
  const client = await connect(process.env, keyringFromEnvironment(process.env))
  try {
    rehearsing.stopping.signal.throwIfAborted()
    const run = await startRehearsal({
      client,
      store,
      bucket,
      plan,
      planText: text,
      keep: options.keep ?? false,
      tuning: { ...tuningFromEnvironment(process.env), reconcile: options.reconcile },
      taskQueue: options.taskQueue,
      ...(options.runId ? { runId: options.runId } : {}),
    })
    const last = await follow({ client, store, run, rehearsing })
    if (last?.phase !== 'done') throw runFailure(last, run, options)
    return await showReport(store, run, rehearsing)
  } finally {
    await client.connection.close()
  }
}

/** Shows the run until it has ended, and answers its last status. Stopping cancels it and waits for its clean-up. */
async function follow(following: {
  client: Client
  store: ObjectStore
  run: RunContext
  rehearsing: Rehearsing
}): Promise<RunStatus | undefined> {
  const { client, store, run } = following
  const { options, language, interactive, stopping } = following.rehearsing
  const handle = client.workflow.getHandle(runWorkflowId(run.contractId, run.runId))
  let cancelling: Promise<unknown> | undefined
  const cancel = () => {
    cancelling ??= handle.cancel()
    // Awaited at the end; until then a failure must not count as unhandled.
    cancelling.catch(() => {})
  }
  stopping.signal.addEventListener('abort', cancel, { once: true })
  // Asked for while the run was being started: the listener came too late for that.
  if (stopping.signal.aborted) cancel()
  const progress = options.json ? undefined : showProgress({ out: process.stderr, language, interactive })
  let last: RunStatus | undefined
  try {
    for await (const status of watchRun({ client, store, run })) {
      if (options.json && JSON.stringify(status) !== JSON.stringify(last))
        print({ type: 'status', ...status })
      progress?.update(status)
      last = status
    }
    await cancelling
    return last
  } finally {
    progress?.stop()
    stopping.signal.removeEventListener('abort', cancel)
  }
}

function runFailure(
  status: RunStatus | undefined,
  run: RunContext,
  options: RehearseOptions,
): ReversibilityError {
  if (status?.phase === 'cancelled') {
    const copies = options.keep ? 'are kept, as --keep asked' : 'are erased'
    return new ReversibilityError(
      'cancelled',
      `The rehearsal ${run.runId} was cancelled; its copies ${copies}.`,
      { remedy: 'Start it again when it suits.' },
    )
  }
  const failure = status?.failure
  return new ReversibilityError(
    errorTypeOf(failure?.type),
    failure?.message ?? `The rehearsal ${run.runId} ended without a report.`,
    {
      remedy: failure?.remedy ?? 'Look for its workflow in Temporal, and at the log of the worker.',
    },
  )
}

/** Fetches the report, shows it, keeps it as files. Answers the exit code that it stands for. */
async function showReport(store: ObjectStore, run: RunContext, rehearsing: Rehearsing): Promise<number> {
  const { options, language } = rehearsing
  const folder = resolve(options.output, run.runId)
  await mkdir(folder, { recursive: true })
  const files = ['report.json', 'report.fr.html', 'report.en.html']
  const contents = await Promise.all(files.map((name) => readBytes(store, recordKey(run, name))))
  await Promise.all(files.map((name, index) => writeFile(join(folder, name), contents[index]!)))
  await writeEvidence(store, run, createWriteStream(join(folder, 'evidence.zip')))
  const report = runReportSchema.parse(JSON.parse(contents[0]!.toString('utf8')))
  if (options.json) {
    print({ type: 'summary', folder, ...report })
  } else {
    process.stdout.write(
      renderTerminal(report, {
        language,
        color: wantsColor(process.stdout.isTTY === true),
        width: process.stdout.columns ?? 100,
        verbose: options.verbose ?? false,
        places: [
          { kind: 'htmlReport', at: join(folder, `report.${language}.html`) },
          { kind: 'jsonReport', at: join(folder, 'report.json') },
          { kind: 'evidence', at: join(folder, 'evidence.zip') },
          { kind: 'journalFiles', at: `s3://${run.bucket}/${journalPrefix(run)}` },
        ],
      }),
    )
  }
  return exitCodeOf(report, options)
}

function exitCodeOf(report: RunReport, options: RehearseOptions): number {
  const failed = report.sources.find(({ failure }) => failure)?.failure
  if (failed) return errorTypes[errorTypeOf(failed.type)].exitCode
  if (report.sources.some(({ outcome }) => outcome === 'failed'))
    return errorTypes['integrity-mismatch'].exitCode
  if (report.verdict === 'could-leave') return 0
  if (report.verdict === 'could-leave-with-reserves' && options.acceptFindings) return 0
  return exitCodeWithDifferences
}

/** The taxonomy's word for what a run's failure is called. */
function errorTypeOf(type: string | undefined): ErrorType {
  if (type === 'partial-access') return 'access-denied'
  return type !== undefined && type in errorTypes ? (type as ErrorType) : 'unavailable'
}

function print(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`)
}
