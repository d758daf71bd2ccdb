import { spawnSync } from 'node:child_process'
import { findOnPath } from '../find-tool.ts'

/** What asking a program for its version gave. */
export interface VersionAnswer {
  /** False when it does not run, or ends with a failure. */
  runs: boolean
  /** Null when it runs and tells no number. */
  version: string | null
}

/** Runs a program with the arguments that make it say its version. */
export function askVersion(path: string, args: string[], environment: NodeJS.ProcessEnv): VersionAnswer {
  const output = outputOf(path, args, environment)
  if (output === undefined) return { runs: false, version: null }
  const version = /\d+\.\d+(\.\d+)*(p\d+)?/.exec(output)?.[0]
  const isReal = version !== undefined && version !== '0.0.0'
  return { runs: true, version: isReal ? version : moduleVersion(path, environment) }
}

/** A program built by `go install` carries the version of its module instead of one set by its release. */
function moduleVersion(path: string, environment: NodeJS.ProcessEnv): string | null {
  const go = findOnPath('go', environment)
  const output = go && outputOf(go, ['version', '-m', path], environment)
  return /^\tmod\t\S+\tv(\S+)/m.exec(output ?? '')?.[1] ?? null
}

function outputOf(path: string, args: string[], environment: NodeJS.ProcessEnv): string | undefined {
  const result = spawnSync(path, args, {
    encoding: 'utf8',
    env: environment,
    cwd: '/',
    timeout: 10_000,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  return result.status === 0 ? `${result.stdout}\n${result.stderr}` : undefined
}
