import { spawn } from 'node:child_process'
import { appendFileSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { StackError } from './stack-error.ts'
import type { UnprivilegedUser } from './unprivileged-user.ts'

/**
 * Runs a program to its end and gives what it printed. All of it goes to the log file too. Throws with the end of what
 * it said when it fails; `remedy` says what the reader can then do. Aborting ends the program.
 */
export function runCommand(options: {
  program: string
  args: string[]
  environment: NodeJS.ProcessEnv
  logFile: string
  remedy: string
  signal?: AbortSignal | undefined
  user?: UnprivilegedUser | undefined
  /** Given on standard input. */
  input?: string
}): Promise<string> {
  const { program, args, logFile, user } = options
  mkdirSync(dirname(logFile), { recursive: true })
  return new Promise((resolve, reject) => {
    // A group of its own, so that ending a build ends its compilers too.
    const child = spawn(program, args, {
      cwd: '/',
      env: options.environment,
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
      ...(user === undefined ? {} : { uid: user.uid, gid: user.gid }),
    })
    let output = ''
    const collect = (chunk: Buffer) => {
      appendFileSync(logFile, chunk, { mode: 0o600 })
      // Enough for any version line and for the reason of a failure.
      output = (output + chunk.toString('utf8')).slice(-16_384)
    }
    child.stdout.on('data', collect)
    child.stderr.on('data', collect)
    child.stdin.on('error', () => {
      // The program ended without reading its input; its exit says why.
    })
    child.stdin.end(options.input ?? '')
    const abort = () => {
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGTERM')
    }
    options.signal?.addEventListener('abort', abort, { once: true })
    child.once('error', (error) => reject(failure(error.message, error)))
    child.once('close', (code, signal) => {
      options.signal?.removeEventListener('abort', abort)
      if (options.signal?.aborted) reject(options.signal.reason)
      else if (code === 0) resolve(output)
      else reject(failure(`ended with ${signal ?? `exit code ${code}`}`))
    })

    function failure(reason: string, cause?: unknown): StackError {
      const end = output.trim().split('\n').slice(-8).join('\n')
      return new StackError('unavailable', `${[program, ...args].join(' ')}: ${reason}.\n${end}`, {
        remedy: `${options.remedy} The whole output is in ${logFile}.`,
        cause,
      })
    }
  })
}
