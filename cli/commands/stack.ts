import type { Command } from 'commander'
import { defaultRoot } from '../../stack/layout.ts'
import { detachStack, openStack } from '../../stack/open-stack.ts'
import { StackError } from '../../stack/stack-error.ts'
import { stackStatus, untilStopped } from '../../stack/stack-status.ts'
import { stopStack } from '../../stack/stop-stack.ts'
import { launcherGone } from './launcher-gone.ts'
import { reportingStackErrors } from './report-stack-errors.ts'
import { printJson, printReady, printServices, progressPrinter, say, titles } from './stack-output.ts'

interface StackOptions {
  root: string
  json?: boolean
}

/** `reversibility stack up|down|status|env`: local servers for trying and testing. */
export function registerStack(program: Command): void {
  const stack = program
    .command('stack')
    .description('Run the servers that the service needs on this machine, for trying and testing')
    .addHelpText(
      'after',
      `
Temporal (what has been decided and what comes next), an S3 server (the evidence) and PostgreSQL (a source for
the example), all on 127.0.0.1. Programs are looked for on PATH, then in ~/.cache/reversibility/bin, then built there.
A server that the environment names is used as it is: TEMPORAL_ADDRESS, S3_ENDPOINT, REVERSIBILITY_POSTGRESQL_URL.
Data, ports and credentials stay in .stack/ between starts; remove that folder, stack down, to begin anew.

Examples:
  reversibility stack up                    run until Ctrl-C
  reversibility stack up --detach           run until: reversibility stack down
  eval "$(reversibility stack env)"         give the addresses to other commands in this shell`,
    )

  withCommonOptions(stack.command('up'))
    .description('Start what is not running yet, and show the addresses')
    .option('--detach', 'leave it running; stop it with: reversibility stack down')
    .option('--ui', "start Temporal's web interface too")
    .addHelpText(
      'after',
      `
Without --detach, runs until Ctrl-C and then stops everything, unless other processes still use the stack: it then
stops with the last of them. The first start may have to build programs from source, which takes minutes; later
starts take seconds.

Exit codes: 0 stopped as asked · 1 a server failed · 5 a program is missing, and the message says how to supply it`,
    )
    .action((_, command: Command) => reportingStackErrors(() => up(command.optsWithGlobals())))

  withCommonOptions(stack.command('down'))
    .description('Stop the stack, whoever uses it; data stays')
    .action((_, command: Command) => reportingStackErrors(() => down(command.optsWithGlobals())))

  withCommonOptions(stack.command('status'))
    .description('Show what runs, and where')
    .addHelpText('after', '\nExit codes: 0 every server runs · 5 one does not')
    .action((_, command: Command) => reportingStackErrors(() => status(command.optsWithGlobals())))

  withCommonOptions(stack.command('env'))
    .description('Print the addresses and credentials of the running stack as shell commands')
    .addHelpText('after', '\nThe output holds secrets. Use it as: eval "$(reversibility stack env)"')
    .action((_, command: Command) => reportingStackErrors(() => env(command.optsWithGlobals())))
}

function withCommonOptions(command: Command): Command {
  return command
    .option('--root <folder>', 'the folder whose .stack/ holds the data', defaultRoot())
    .option('--json', 'print results as one JSON object a line, the last one a summary')
}

async function up(options: StackOptions & { detach?: boolean; ui?: boolean }): Promise<void> {
  const interruption = new AbortController()
  const interrupt = () =>
    interruption.abort(
      new StackError('cancelled', 'Stopped before the stack was ready.', { remedy: 'Start it again.' }),
    )
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupt)
  const stopWatching = options.detach ? () => {} : launcherGone(interrupt)
  const progress = progressPrinter()
  try {
    const started = Date.now()
    const stack = await openStack({
      root: options.root,
      ui: options.ui ?? false,
      onProgress: progress.print,
      signal: interruption.signal,
    })
    progress.end()
    try {
      const { services } = stackStatus({ root: options.root })
      const allGiven = services.every((service) => service.state === 'given')
      if (options.detach && !allGiven) detachStack(options.root)
      printReady({ stack, services, options, seconds: (Date.now() - started) / 1000 })
      if (options.detach || allGiven) return
      await untilStopped({ root: options.root, signal: interruption.signal })
    } finally {
      await stack.stop()
    }
    const { running, detached, users } = stackStatus({ root: options.root })
    if (!running) say('The stack is stopped; its data stays.')
    else if (detached) say('The stack goes on running, detached; stop it with: reversibility stack down')
    else say(`The stack goes on running until process ${users.join(', ')} ends.`)
  } finally {
    progress.end()
    stopWatching()
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.off(signal, interrupt)
  }
}

async function down(options: StackOptions): Promise<void> {
  const stopped = await stopStack(options.root)
  if (options.json) printJson({ type: 'summary', command: 'stack down', stopped })
  else process.stdout.write(stopped ? 'The stack is stopped; its data stays.\n' : 'Nothing was running.\n')
}

async function status(options: StackOptions): Promise<void> {
  const { services, ...rest } = stackStatus({ root: options.root })
  const complete = services.every((service) => ['ready', 'given'].includes(service.state))
  if (options.json) {
    for (const service of services) printJson({ type: 'service', ...service })
    printJson({ type: 'summary', command: 'stack status', complete, ...rest })
  } else {
    printServices(services)
    if (rest.detached) process.stdout.write('Runs until: reversibility stack down\n')
    if (rest.users.length > 0) process.stdout.write(`Used by process ${rest.users.join(', ')}\n`)
  }
  if (!complete) process.exitCode = 5
}

async function env(options: StackOptions): Promise<void> {
  const { services } = stackStatus({ root: options.root })
  const missing = services.filter((service) => !['ready', 'given'].includes(service.state))
  if (missing.length > 0) {
    throw new StackError(
      'not-found',
      `Not running: ${missing.map(({ service }) => titles[service]).join(', ')}.`,
      { remedy: 'Start it with: reversibility stack up --detach' },
    )
  }
  const stack = await openStack({ root: options.root })
  try {
    const environment = stack.environment()
    if (options.json) {
      printJson({ type: 'summary', command: 'stack env', environment })
      return
    }
    for (const [name, value] of Object.entries(environment)) {
      process.stdout.write(`export ${name}='${value.replaceAll("'", `'\\''`)}'\n`)
    }
  } finally {
    await stack.stop()
  }
}
