import { setFlagsFromString } from 'node:v8'
import { DefaultLogger, Runtime } from '@temporalio/worker'
import pino from 'pino'
import { redact } from '../temporal/failures.ts'

/**
 * Sets up the SDK's runtime, once a process, before its first worker. Logs go to standard error as JSON lines,
 * warnings and worse; `REVERSIBILITY_LOG=info` tells more.
 */
export function installRuntime(options: { shutdownSignals: NodeJS.Signals[] }): void {
  // Bytes that pass through are buffers outside V8's heap. Counted apart from it, each 32 MB of them would have the
  // whole heap gone through: a fifth of the processor time of an extraction.
  setFlagsFromString('--external-memory-accounted-in-global-limit')
  const log = pino({ level: process.env.REVERSIBILITY_LOG ?? 'warn' }, pino.destination(2))
  const logger = new DefaultLogger('TRACE', ({ level, message, meta }) => {
    const method =
      level === 'WARN' ? 'warn' : level === 'ERROR' ? 'error' : level === 'INFO' ? 'info' : 'debug'
    log[method](serialised(meta), redact(message))
  })
  Runtime.install({ logger, shutdownSignals: options.shutdownSignals })
}

/** What the SDK adds to a message, made plain and without any password that a library's error may hold. */
function serialised(meta: object | undefined): object {
  const text = JSON.stringify(meta ?? {}, (_key, value: unknown) => {
    if (value instanceof Error)
      return { name: value.name, message: value.message, stack: value.stack, cause: value.cause }
    return typeof value === 'bigint' ? value.toString() : value
  })
  return JSON.parse(redact(text)) as object
}
