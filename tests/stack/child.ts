import { type ChildProcessByStdio, spawn } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { bareEnvironment } from './scratch-root.ts'

export interface Child {
  process: ChildProcessByStdio<Writable, Readable, Readable>
  output: { stdout: string; stderr: string }
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>
}

/** Runs a script of this folder under this Node. Killed at the end of the test if it still runs. */
export function startScript(script: string, args: string[], environment = bareEnvironment()): Child {
  const path = fileURLToPath(new URL(script, import.meta.url))
  const child = spawn(process.execPath, [path, ...args], {
    env: environment,
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const output = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk) => (output.stdout += chunk))
  child.stderr.on('data', (chunk) => (output.stderr += chunk))
  const ended = new Promise<Awaited<Child['ended']>>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal }))
  })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  return { process: child, output, ended }
}

/** Resolves when the script has said something that matches; fails with all it said when it ends before. */
export async function saying(child: Child, pattern: RegExp): Promise<string> {
  let ended: unknown
  void child.ended.then((how) => {
    ended = how
  })
  for (;;) {
    const found = [child.output.stdout, child.output.stderr].find((text) => pattern.test(text))
    if (found !== undefined) return found
    if (ended !== undefined) throw new Error(`ended with ${JSON.stringify({ ended, ...child.output })}`)
    await sleep(20)
  }
}

/** Runs the stack's part of the command line to its end. */
export async function commandLine(args: string[], environment = bareEnvironment()) {
  const child = startScript('command-line.ts', args, environment)
  const { code } = await child.ended
  return { code, ...child.output }
}
