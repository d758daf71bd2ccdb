import { mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { findOnPath, findTool } from './find-tool.ts'
import { cacheFolder } from './layout.ts'
import { runCommand } from './run-command.ts'
import { StackError } from './stack-error.ts'
import type { ServicePhase } from './state.ts'

/** A program that can be built from source by `go install`, since its releases may be out of reach. */
export interface GoTool {
  name: string
  /** What it is, for a person. */
  title: string
  module: string
  /** Measured on two idle cores, with nothing in Go's cache. */
  buildSeconds: number
  /** The environment variable by which a running server is given instead. */
  environmentName?: string
  otherWays: string[]
}

/** Later versions carry a `replace` directive, and `go install` refuses those. */
export const temporalTool: GoTool = {
  name: 'temporal',
  title: 'Temporal server',
  module: 'github.com/temporalio/cli/cmd/temporal@v1.5.1',
  buildSeconds: 240,
  environmentName: 'TEMPORAL_ADDRESS',
  otherWays: [
    'put the temporal command on PATH: https://docs.temporal.io/cli (macOS: brew install temporal)',
  ],
}

export const versitygwTool: GoTool = {
  name: 'versitygw',
  title: 'S3 gateway versitygw',
  module: 'github.com/versity/versitygw/cmd/versitygw@v1.8.0',
  buildSeconds: 150,
  environmentName: 'S3_ENDPOINT',
  otherWays: ['put the versitygw command on PATH: https://github.com/versity/versitygw/releases'],
}

export interface Provisioning {
  environment: NodeJS.ProcessEnv
  logFile: string
  signal: AbortSignal
  report(phase: ServicePhase, message: string, expectedSeconds?: number): void
}

/** The path of the tool: found on PATH or in the cache, else built there. */
export async function provideGoTool(tool: GoTool, provisioning: Provisioning): Promise<string> {
  const { environment, logFile, signal, report } = provisioning
  const found = findTool(tool.name, environment)
  if (found !== undefined) return found
  const go = findOnPath('go', environment)
  if (go === undefined) throw missingGoTool(tool)

  report(
    'building',
    `building ${tool.title} from source (once, about ${minutes(tool.buildSeconds)} on two idle cores)`,
    tool.buildSeconds,
  )
  const bin = join(cacheFolder(environment), 'bin')
  mkdirSync(bin, { recursive: true })
  // Built aside and moved in whole: another process may be building the same.
  const scratch = mkdtempSync(join(cacheFolder(environment), 'build-'))
  try {
    await runCommand({
      program: go,
      args: ['install', tool.module],
      environment: { ...environment, GOBIN: scratch },
      logFile,
      signal,
      remedy: `Check that the Go module proxy is reachable (go env GOPROXY), or: ${waysTo(tool).join('; or ')}.`,
    })
    const path = join(bin, tool.name)
    renameSync(join(scratch, tool.name), path)
    return path
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

/** Every way to supply the tool, each a full instruction. */
export function waysTo(tool: GoTool): string[] {
  return [
    ...(tool.environmentName === undefined
      ? []
      : [`set ${tool.environmentName} to a server that is already running`]),
    ...tool.otherWays,
    `install Go (Debian: apt-get install golang-go, or https://go.dev/dl) and run the same command again: it then builds ${tool.module} by itself`,
  ]
}

function missingGoTool(tool: GoTool): StackError {
  return new StackError(
    'not-found',
    `${tool.title} is not on this machine, and cannot be built without Go.`,
    {
      remedy: `Supply it in one of these ways:\n${waysTo(tool)
        .map((way) => `  - ${way}`)
        .join('\n')}`,
    },
  )
}

function minutes(seconds: number): string {
  return seconds < 90 ? `${seconds} seconds` : `${seconds / 60} minutes`
}
