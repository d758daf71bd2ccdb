import type { Command } from 'commander'
import { defaultTaskQueue } from '../../contract/signals.ts'
import { dependenciesFromEnvironment } from '../../worker/dependencies.ts'
import { installRuntime } from '../../worker/runtime.ts'
import { createWorker } from '../../worker/worker.ts'

/** `reversibility worker`: the process that does the work of runs. */
export function registerWorker(program: Command): void {
  program
    .command('worker')
    .description('Serve runs: holds the secrets, reads the sources, writes to the bucket')
    .option('--task-queue <name>', 'where to take work from', defaultTaskQueue)
    .addHelpText(
      'after',
      `
Runs until it is told to stop (Ctrl-C, SIGTERM), then finishes or hands back what it holds. As many as wanted may run;
each needs, in its environment:
  TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, …   or a profile of the Temporal configuration file
  S3_ENDPOINT, S3_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY
  REVERSIBILITY_KEYRING                     file of the keys that payloads are encrypted with
  and whatever the plan's references (env:NAME) name`,
    )
    .action(async ({ taskQueue }: { taskQueue: string }) => {
      // The SDK stops the worker on these signals by itself, and lets its work be handed back.
      installRuntime({ shutdownSignals: ['SIGINT', 'SIGTERM'] })
      const { worker, close } = await createWorker({
        environment: process.env,
        dependencies: dependenciesFromEnvironment(process.env),
        taskQueue,
      })
      process.stderr.write(`Ready: taking work from ${taskQueue}.\n`)
      try {
        await worker.run()
      } finally {
        await close()
      }
    })
}
