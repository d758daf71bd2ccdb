import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../../cli/main.ts', import.meta.url))

export interface Ended {
  code: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
  /** Everything that it said, on either side. */
  output: string
}

export interface Running {
  pid: number
  kill(signal: NodeJS.Signals): void
  ended: Promise<Ended>
  /** Resolves once what it said on one side passes a test; fails when it ends before. */
  until(side: 'stdout' | 'stderr', passes: (said: string) => boolean): Promise<void>
}

/** Starts `reversibility ARGS` as a process of its own, with this environment and no other. */
export function startCli(args: string[], options: { cwd: string; environment: NodeJS.ProcessEnv }): Running {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, ...args], {
    cwd: options.cwd,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, LANG: 'C.UTF-8', ...options.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said = { stdout: '', stderr: '' }
  const listeners = new Set<() => void>()
  for (const side of ['stdout', 'stderr'] as const) {
    child[side].setEncoding('utf8').on('data', (text: string) => {
      said[side] += text
      for (const listener of listeners) listener()
    })
  }
  const ended = endOf(child, said)
  return {
    pid: child.pid!,
    kill: (signal) => void child.kill(signal),
    ended,
    async until(side, passes) {
      const { promise, resolve } = Promise.withResolvers<void>()
      const look = () => {
        if (passes(said[side])) resolve()
      }
      listeners.add(look)
      look()
      const early = ended.then(({ code, output }) => {
        if (!passes(said[side]))
          throw new Error(`it ended with ${code} before it said so:\n${output.slice(-3000)}`)
      })
      try {
        await Promise.race([promise, early])
      } finally {
        listeners.delete(look)
        early.catch(() => {})
      }
    },
  }
}

function endOf(child: ChildProcess, said: { stdout: string; stderr: string }): Promise<Ended> {
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) =>
      resolve({ code, signal, ...said, output: `${said.stdout}${said.stderr}` }),
    )
  })
}

/** Runs a command to its end. */
export function reversibility(
  args: string[],
  options: { cwd: string; environment: NodeJS.ProcessEnv },
): Promise<Ended> {
  return startCli(args, options).ended
}

/** The objects of NDJSON, in order. */
export function jsonLines<T = Record<string, unknown>>(stdout: string): T[] {
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T)
}
