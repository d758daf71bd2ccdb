import { join } from 'node:path'
import { type Command, Option } from 'commander'
import { exitCodeWithDifferences } from '../../contract/errors.ts'
import { defaultTaskQueue } from '../../contract/signals.ts'
import { languages } from '../../contract/words/language.ts'
import { generateExample } from '../../examples/orme/generate.ts'
import { dependenciesFromEnvironment } from '../../worker/dependencies.ts'
import { installRuntime } from '../../worker/runtime.ts'
import { createWorker } from '../../worker/worker.ts'
import { compiledPlan } from '../compiled-plan.ts'
import { openLocalEnvironment } from '../local-environment.ts'
import { type RehearseOptions, runRehearsal } from '../rehearsal.ts'
import { canRedraw } from '../render/color.ts'
import { showSetup } from '../render/setup.ts'

interface CommandOptions extends RehearseOptions {
  example?: boolean
}

/** The seed of the example's data: the same everywhere, so that what is read in its README is what is seen. */
const exampleSeed = 2027

/** `reversibility rehearse PLAN`: the exit, tried for real. */
export function registerRehearse(program: Command): void {
  program
    .command('rehearse')
    .description('Rehearse the exit: export, verify, restore, compare, report, erase the copies')
    .argument('<plan>', 'the plan, checked whole before anything starts')
    .option('--keep', "leave the rehearsal's packages and restored copies in place, to look at them")
    .option('--output <folder>', 'where the report is written', 'reports')
    .addOption(
      new Option('--language <language>', 'language of the report; default: that of the contract').choices(
        languages,
      ),
    )
    .option('--verbose', 'list every dataset in the report')
    .option(
      '--accept-findings',
      `end with 0 and not ${exitCodeWithDifferences} when the client could leave with reserves`,
    )
    .option('--task-queue <name>', 'the queue of the workers that are to do it', defaultTaskQueue)
    .option('--run-id <id>', 'name the run yourself; default: made from the time')
    .option(
      '--no-reconcile',
      'leave out the counts and digests, and trust hashes alone: to measure, not to prove',
    )
    .option('--example', 'make the sources of the example contract first')
    .option('--json', 'progress and the report as NDJSON on standard output')
    .addHelpText(
      'after',
      `
Nothing is changed at the sources. Packages are encrypted when the plan names recipients; the rehearsal's own key and
copies are erased at the end, also when you stop it with Ctrl-C.

Servers named by TEMPORAL_ADDRESS and S3_ENDPOINT are used, with the workers that serve them; without them, servers and
a worker are started on this machine for the time of the run.

For slow links and other patience: REVERSIBILITY_HEARTBEAT_SECONDS (15: a worker silent for longer is given up),
REVERSIBILITY_MAX_ATTEMPTS (12), REVERSIBILITY_MAX_BACKOFF_SECONDS (60), REVERSIBILITY_MAX_EPOCHS (20),
REVERSIBILITY_PART_BYTES (64 MiB).

Examples:
  reversibility rehearse plan.yaml
  reversibility rehearse plan.yaml --keep --verbose
  reversibility rehearse plan.yaml --json | tail -n 1 | jq .verdict

Exit codes: 0 the client could leave · 3 with reserves · otherwise the first failure's (see reversibility --help)`,
    )
    .action(rehearse)
}

async function rehearse(planFile: string, options: CommandOptions): Promise<void> {
  const { plan, text } = await compiledPlan(planFile)
  const language = options.language ?? plan.contract.language
  const stopping = new AbortController()
  const interactive = canRedraw(process.stderr.isTTY === true) && !options.json
  const setup = showSetup({ out: process.stderr, language, interactive })
  const stopSetup = () => stopping.abort()
  process.once('SIGINT', stopSetup)
  process.once('SIGTERM', stopSetup)
  const local = await openLocalEnvironment({
    signal: stopping.signal,
    onProgress: (step) => setup.update(step),
    needsPostgresql: options.example ?? false,
  })
  try {
    if (options.example) {
      const { environment } = await generateExample({
        serverUrl: local.postgresqlUrl('postgres'),
        folder: join(local.folder, 'example'),
        seed: exampleSeed,
        onProgress: (message) => setup.update({ service: 'example', message }),
      })
      Object.assign(process.env, environment)
    }
    setup.stop()
    const serving = local.embedded ? await serve(options.taskQueue) : undefined
    try {
      process.exitCode = await runRehearsal({ plan, text, options, language, interactive, stopping })
    } finally {
      await serving?.close()
    }
  } finally {
    setup.stop()
    process.removeListener('SIGINT', stopSetup)
    process.removeListener('SIGTERM', stopSetup)
    await local.close()
  }
}

/** A worker in this process, for as long as the command lasts. */
async function serve(taskQueue: string): Promise<{ close(): Promise<void> }> {
  // A worker that stopped itself on Ctrl-C could not clean up after the run that is being cancelled.
  installRuntime({ shutdownSignals: [] })
  const dependencies = dependenciesFromEnvironment(process.env)
  const { worker, close } = await createWorker({ environment: process.env, dependencies, taskQueue })
  const running = worker.run()
  // Awaited in close(): a worker that ended early shows there, and the run it left shows its own failure.
  running.catch(() => {})
  return {
    async close() {
      if (worker.getState() === 'RUNNING') worker.shutdown()
      await running
      await close()
    },
  }
}
