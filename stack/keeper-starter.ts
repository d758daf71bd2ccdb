import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { StackLayout } from './layout.ts'
import { lastLines } from './server-process.ts'
import { StackError } from './stack-error.ts'

/** Starts the keeper as a process of its own. `start` may be called often: one at a time is started. */
export function keeperStarter(layout: StackLayout, environment: NodeJS.ProcessEnv): { start(): void } {
  const logFile = join(layout.logFolder, 'keeper.log')
  // Compiled or not, the keeper is beside this file and named alike.
  const script = fileURLToPath(
    new URL(import.meta.url.endsWith('.ts') ? './keeper.ts' : './keeper.js', import.meta.url),
  )
  let child: ChildProcess | undefined
  let failed: unknown

  return {
    start() {
      if (failed !== undefined || (child?.exitCode ?? 0) !== 0 || (child?.signalCode ?? null) !== null) {
        throw new StackError('unavailable', 'The process that keeps the stack ended while starting.', {
          remedy: `Read ${logFile}. Its last lines:\n${lastLines(logFile)}`,
          cause: failed,
        })
      }
      // Running, or ended with 0 because another keeper is at work.
      if (child !== undefined && child.exitCode === null) return
      mkdirSync(layout.logFolder, { recursive: true })
      const log = openSync(logFile, 'a', 0o600)
      // Without the caller's NODE_OPTIONS: they are meant for it.
      const { NODE_OPTIONS: _, ...inherited } = environment
      child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, layout.root], {
        cwd: '/',
        env: inherited,
        detached: true,
        stdio: ['ignore', log, log],
      })
      child.once('error', (error) => {
        failed = error
      })
      child.unref()
      closeSync(log)
    },
  }
}
