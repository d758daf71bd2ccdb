import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { onTestFinished } from 'vitest'
import { commandLine, isAlive, type ProcessIdentity } from '../../stack/process-identity.ts'
import { readState, type StackState } from '../../stack/state.ts'
import { stopStack } from '../../stack/stop-stack.ts'

/** A root of its own for one test, stopped and removed at its end with all that the stack made. */
export function scratchRoot(options: { othersMayEnter: boolean } = { othersMayEnter: true }): string {
  const root = mkdtempSync(join(tmpdir(), 'reversibility-stack-'))
  chmodSync(root, options.othersMayEnter ? 0o755 : 0o700)
  onTestFinished(async () => {
    await stopStack(root)
    const dataFolder = readState(stateFileOf(root))?.services.postgresql.settings?.dataFolder
    if (dataFolder !== undefined && !dataFolder.startsWith(root)) {
      rmSync(dirname(dataFolder), { recursive: true, force: true })
    }
    rmSync(root, { recursive: true, force: true })
  })
  return root
}

export function stateFileOf(root: string): string {
  return join(root, '.stack', 'stack.json')
}

export function stateOf(root: string): StackState {
  const state = readState(stateFileOf(root))
  if (state === undefined) throw new Error(`no stack was ever started in ${root}`)
  return state
}

/** Every process that a stack's state names: the keeper and the servers. */
export function processesOf({ keeper, services }: StackState): ProcessIdentity[] {
  const servers = Object.values(services).flatMap(({ process }) => (process === null ? [] : [process]))
  return [{ pid: keeper.pid, started: keeper.started }, ...servers]
}

/** Commands of the processes still alive among those given; empty when all are gone. */
export function survivors(processes: ProcessIdentity[]): string[] {
  return processes.filter(isAlive).map(({ pid }) => `${pid} ${commandLine(pid)}`)
}

/** The same, once they have had the time to end. */
export async function survivorsWithin(seconds: number, processes: ProcessIdentity[]): Promise<string[]> {
  const deadline = Date.now() + seconds * 1000
  while (processes.some(isAlive) && Date.now() < deadline) await sleep(50)
  return survivors(processes)
}

/** This process's environment without the addresses of servers, so that the stack has to start them. */
export function bareEnvironment(change: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const {
    TEMPORAL_ADDRESS: _address,
    TEMPORAL_NAMESPACE: _namespace,
    S3_ENDPOINT: _endpoint,
    REVERSIBILITY_POSTGRESQL_URL: _url,
    REVERSIBILITY_POSTGRESQL_BIN: _bin,
    ...rest
  } = process.env
  return { ...rest, ...change }
}
