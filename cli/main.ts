import { readFileSync } from 'node:fs'
import { Command, CommanderError } from 'commander'
import { registerCodec } from './commands/codec.ts'
import { registerDoctor } from './commands/doctor.ts'
import { registerJournal } from './commands/journal.ts'
import { registerKeys } from './commands/keys.ts'
import { registerPlan } from './commands/plan.ts'
import { registerRehearse } from './commands/rehearse.ts'
import { registerRestore } from './commands/restore.ts'
import { registerStack } from './commands/stack.ts'
import { registerVerify } from './commands/verify.ts'
import { registerWorker } from './commands/worker.ts'
import { reportError } from './report-error.ts'
import { openS3Package } from './s3-package.ts'

const program = new Command('reversibility')
  .description(
    'Runs the end of an IT-outsourcing contract, and rehearses it long before: everything handed back, provably.',
  )
  .version(version())
  .showSuggestionAfterError()
  .showHelpAfterError('Run with --help to see what it takes.')
  .exitOverride()
  .addHelpText(
    'after',
    `
Begin here:
  reversibility doctor                     what this machine has and what it lacks
  reversibility plan init                  write a plan to start from
  reversibility plan check plan.yaml       everything wrong with it, and what to do
  reversibility rehearse plan.yaml         could the client leave today?

Results go to standard output, progress to standard error. Exit codes: 0 done · 1 unavailable · 2 bad input ·
3 done, with differences or reserves · 4 access denied · 5 not found · 6 integrity · 130 cancelled`,
  )

registerPlan(program)
registerRehearse(program)
registerVerify(program, { openS3Package })
registerRestore(program)
registerJournal(program)
registerKeys(program)
registerWorker(program)
registerCodec(program)
registerStack(program)
registerDoctor(program)
// Whoever reads our output may have seen enough (`| head`): that is no failure of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})

try {
  await program.parseAsync()
} catch (error) {
  process.exitCode = error instanceof CommanderError ? (error.exitCode === 0 ? 0 : 2) : reportError(error)
}

function version(): string {
  const file = new URL('../package.json', import.meta.url)
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}
