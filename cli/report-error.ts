import { errorTypes, ReversibilityError } from '../contract/errors.ts'
import { StackError } from '../stack/stack-error.ts'
import { redact } from '../temporal/failures.ts'
import { paint } from './render/paint.ts'

const { red, bold } = paint

/** Says on standard error what happened and what to do about it; answers the exit code. */
export function reportError(error: unknown): number {
  const json = process.argv.includes('--json')
  const { type, message, remedy } = facts(error)
  if (json) {
    process.stdout.write(`${JSON.stringify({ type: 'error', error: type, message, remedy })}\n`)
  } else {
    process.stderr.write(`${red(bold('✗'))} ${message}\n  → ${remedy}\n`)
  }
  return errorTypes[type].exitCode
}

function facts(error: unknown): { type: keyof typeof errorTypes; message: string; remedy: string } {
  if (error instanceof ReversibilityError || error instanceof StackError) {
    return { type: error.type, message: redact(error.message), remedy: redact(error.remedy) }
  }
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return {
    type: 'unavailable',
    message: redact(message),
    remedy: 'This was not foreseen: please report it with the lines above.',
  }
}
