import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { findOnPath } from './find-tool.ts'
import { identify, isAlive, type ProcessIdentity, signalProcess } from './process-identity.ts'
import { StackError } from './stack-error.ts'
import type { UnprivilegedUser } from './unprivileged-user.ts'

export interface ServerCommand {
  program: string
  args: string[]
  environment: NodeJS.ProcessEnv
  folder: string
  /** Everything the server says, appended. */
  logFile: string
  /** What asks this server to end at once and in order. */
  stopSignal: NodeJS.Signals
  user?: UnprivilegedUser | undefined
}

export interface ServerProcess {
  identity: ProcessIdentity
  logFile: string
  stopSignal: NodeJS.Signals
  /** Resolves when the process has ended, with what it ended with. */
  ended: Promise<string>
}

/**
 * Starts a server in a session of its own, so that Ctrl-C in the terminal does not reach it past its keeper. Where
 * `setpriv` is there (Linux), the kernel stops the server when its keeper dies, whatever of.
 */
export async function startServer(command: ServerCommand): Promise<ServerProcess> {
  mkdirSync(dirname(command.logFile), { recursive: true })
  const log = openSync(command.logFile, 'a', 0o600)
  const setpriv = process.platform === 'linux' ? findOnPath('setpriv', process.env) : undefined
  const [program, args] =
    setpriv === undefined
      ? [command.program, command.args]
      : [setpriv, ['--pdeathsig', command.stopSignal, '--', command.program, ...command.args]]
  let child: ChildProcess
  try {
    child = spawn(program, args, {
      cwd: command.folder,
      env: command.environment,
      detached: true,
      stdio: ['ignore', log, log],
      ...(command.user === undefined ? {} : { uid: command.user.uid, gid: command.user.gid }),
    })
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve)
      child.once('error', reject)
    })
  } finally {
    closeSync(log)
  }
  const ended = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`))
  })
  const identity = identify(child.pid ?? 0)
  if (identity === undefined) throw await endedEarly(command.program, command.logFile, ended)
  return { identity, logFile: command.logFile, stopSignal: command.stopSignal, ended }
}

/** Asks until the server answers. Fails as soon as the server has ended, or after `timeoutSeconds`. */
export async function untilReady(options: {
  name: string
  server: ServerProcess
  timeoutSeconds: number
  signal: AbortSignal
  /** True when ready; what it throws is kept as the reason. */
  probe: () => Promise<boolean>
}): Promise<void> {
  const { name, server, probe, signal } = options
  const deadline = Date.now() + options.timeoutSeconds * 1000
  let lastReason: unknown
  while (Date.now() < deadline) {
    signal.throwIfAborted()
    if (!isAlive(server.identity)) throw await endedEarly(name, server.logFile, server.ended)
    try {
      if (await probe()) return
    } catch (error) {
      lastReason = error
    }
    await sleep(50)
  }
  throw new StackError('unavailable', `${name} did not answer within ${options.timeoutSeconds} seconds.`, {
    remedy: `Read ${server.logFile}. Its last lines:\n${lastLines(server.logFile)}`,
    cause: lastReason,
  })
}

/** Asks the server to end, then ends it. Leaves a stranger with the same pid alone; already gone is fine. */
export async function stopProcess(
  identity: ProcessIdentity,
  stopSignal: NodeJS.Signals,
  patienceSeconds = 10,
): Promise<void> {
  for (const signal of [stopSignal, 'SIGKILL'] as const) {
    if (!signalProcess(identity, signal)) return
    const deadline = Date.now() + patienceSeconds * 1000
    while (isAlive(identity) && Date.now() < deadline) await sleep(20)
  }
  if (!isAlive(identity)) return
  throw new StackError('unavailable', `Process ${identity.pid} does not end, even by SIGKILL.`, {
    remedy: `Look at what it waits for: cat /proc/${identity.pid}/stack`,
  })
}

/** The end of a log, for a message. */
export function lastLines(file: string, count = 8): string {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-count).join('\n')
  } catch (error) {
    return `(${file}: ${(error as NodeJS.ErrnoException).code ?? 'unreadable'})`
  }
}

async function endedEarly(name: string, logFile: string, ended: Promise<string>): Promise<StackError> {
  return new StackError('unavailable', `${name} ended while starting (${await ended}).`, {
    remedy: `Read ${logFile}. Its last lines:\n${lastLines(logFile)}`,
  })
}
