import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { cancelled } from './failures.ts'

export interface ProgramRun {
  command: string
  args: string[]
  environment: Record<string, string>
  /** Fed to its standard input. */
  input: string | AsyncIterable<Uint8Array>
  signal: AbortSignal
  /** `reading public.client`, for messages. */
  action: string
}

export interface ProgramEnd {
  exitCode: number | null
  /** The end of what it wrote to standard error. */
  errors: string
}

const maxErrorCharacters = 64 * 1024
const killAfterMilliseconds = 3_000

/**
 * Runs a program and yields its standard output as it comes, no faster than it is taken. Returns how it ended. However the
 * reader leaves (an error, a break, an abort), the program is ended and waited for: none outlives this call.
 */
export async function* runProgram(run: ProgramRun): AsyncGenerator<Uint8Array, ProgramEnd> {
  const { command, args, environment, input, signal, action } = run
  if (signal.aborted) throw cancelled(action, signal.reason)
  const child = spawn(command, args, { env: environment, stdio: ['pipe', 'pipe', 'pipe'] })
  const ended = once(child, 'close').catch(() => [null])
  const failedToStart = new Promise<never>((_, reject) => child.once('error', reject))
  failedToStart.catch(() => undefined)
  const onAbort = () => end(child)
  signal.addEventListener('abort', onAbort, { once: true })

  let errors = ''
  child.stderr.setEncoding('utf8')
  child.stderr.on('data', (text: string) => {
    errors = (errors + text).slice(-maxErrorCharacters)
  })
  const fed = feed(child, input)
  fed.catch(() => end(child))

  try {
    await Promise.race([once(child, 'spawn'), failedToStart])
    try {
      for await (const chunk of child.stdout) yield chunk as Uint8Array
    } catch (error) {
      if (!signal.aborted) throw error
    }
    const [exitCode] = (await ended) as [number | null]
    if (signal.aborted) throw cancelled(action, signal.reason)
    const inputError = await fed.then(
      () => undefined,
      (error: unknown) => error,
    )
    // A program that ended by itself closed its input; what it says of why is worth more than the broken pipe.
    if (inputError !== undefined && !isBrokenPipe(inputError)) throw inputError
    return { exitCode, errors }
  } finally {
    signal.removeEventListener('abort', onAbort)
    end(child)
    await ended
  }
}

async function feed(child: ChildProcess, input: string | AsyncIterable<Uint8Array>): Promise<void> {
  const stdin = child.stdin!
  if (typeof input === 'string') {
    const written = once(stdin, 'finish')
    stdin.on('error', () => undefined)
    stdin.end(input)
    await written.catch((error: unknown) => {
      if (!isBrokenPipe(error)) throw error
    })
    return
  }
  await pipeline(Readable.from(input, { objectMode: false, highWaterMark: 1024 * 1024 }), stdin)
}

function isBrokenPipe(error: unknown): boolean {
  const { code } = error as { code?: string }
  return code === 'EPIPE' || code === 'ECONNRESET' || code === 'ERR_STREAM_PREMATURE_CLOSE'
}

/** SIGINT makes psql and pg_dump cancel what they run at the server; a program stuck in a write is freed by closing its output. */
function end(child: ChildProcess): void {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return
  child.kill('SIGINT')
  child.stdin?.destroy()
  child.stdout?.destroy()
  setTimeout(() => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
  }, killAfterMilliseconds).unref()
}

/** Runs a program for what it does, not for what it prints. */
export async function runToEnd(run: ProgramRun): Promise<ProgramEnd> {
  const running = runProgram(run)
  for (;;) {
    const step = await running.next()
    if (step.done) return step.value
  }
}
