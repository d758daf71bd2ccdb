/** The stack's commands alone, for tests: what they do does not depend on the rest of the command line. */
import { Command } from 'commander'
import { registerDoctor } from '../../cli/commands/doctor.ts'
import { registerStack } from '../../cli/commands/stack.ts'
import { ReversibilityError } from '../../contract/errors.ts'

const program = new Command('reversibility')
registerStack(program)
registerDoctor(program)
try {
  await program.parseAsync()
} catch (error) {
  if (!(error instanceof ReversibilityError)) throw error
  process.stderr.write(`${error.message}\n${error.remedy}\n`)
  process.exitCode = error.exitCode
}
