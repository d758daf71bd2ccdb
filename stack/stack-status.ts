import { setTimeout as sleep } from 'node:timers/promises'
import { foreignServers, type GivenServers } from './given-servers.ts'
import { defaultRoot, type ServiceName, serviceNames, stackLayout } from './layout.ts'
import { liveLeases } from './leases.ts'
import { isAlive } from './process-identity.ts'
import { postgresqlUser } from './services/postgresql.ts'
import { StackError } from './stack-error.ts'
import { readState, type ServicePhase } from './state.ts'

export interface ServiceStatus {
  service: ServiceName
  state: ServicePhase | 'given'
  message: string
  /** Without credentials. Null when it does not run. */
  address: string | null
  pid: number | null
}

export interface StackStatus {
  /** The folder whose stack it is. */
  root: string
  running: boolean
  /** Kept running until `stack down`. */
  detached: boolean
  /** The processes that use it: it stops when the last has ended. */
  users: number[]
  services: ServiceStatus[]
}

/** What is there now, without starting or waiting for anything. */
export function stackStatus(options: { root?: string; environment?: NodeJS.ProcessEnv } = {}): StackStatus {
  const layout = stackLayout(options.root ?? defaultRoot())
  const state = readState(layout.stateFile)
  const given = addressesOf(foreignServers(options.environment ?? process.env, state))
  const running = state !== undefined && isAlive(state.keeper) && state.keeper.phase === 'running'
  const leases = running ? liveLeases(layout) : []
  const statusOf = (service: ServiceName): ServiceStatus => {
    const record = state?.services[service]
    const address = given[service]
    if (address !== undefined) {
      return { service, state: 'given', message: 'given by the environment', address, pid: null }
    }
    if (!running || record === undefined) {
      return { service, state: 'stopped', message: 'not running', address: null, pid: null }
    }
    const port = record.phase === 'ready' ? record.settings?.port : undefined
    return {
      service,
      state: record.phase,
      message: record.message,
      address: port === undefined ? null : localAddresses[service](port),
      pid: record.process?.pid ?? null,
    }
  }
  return {
    root: layout.root,
    running,
    detached: leases.some((lease) => lease.name === 'detached'),
    users: leases.filter((lease) => lease.name !== 'detached').map((lease) => lease.holder.pid),
    services: serviceNames.map(statusOf),
  }
}

const localAddresses = {
  temporal: (port: number) => `127.0.0.1:${port}`,
  s3: (port: number) => `http://127.0.0.1:${port}`,
  postgresql: (port: number) => `postgresql://${postgresqlUser}@127.0.0.1:${port}/postgres`,
}

function addressesOf({ temporal, s3, postgresql }: GivenServers): Partial<Record<ServiceName, string>> {
  return {
    ...(temporal && { temporal: temporal.address }),
    ...(s3 && { s3: s3.endpoint }),
    ...(postgresql && {
      postgresql: `postgresql://${postgresql.user}@${postgresql.host}:${postgresql.port}`,
    }),
  }
}

/**
 * Waits until the stack that this process has open is stopped by another. Throws when a server fails in the meantime.
 * Resolves early when `signal` is aborted, and at once when the environment gives every server.
 */
export async function untilStopped(options: {
  root?: string
  environment?: NodeJS.ProcessEnv
  signal: AbortSignal
}): Promise<void> {
  while (!options.signal.aborted) {
    const status = stackStatus(options)
    if (!status.running || status.services.every((service) => service.state === 'given')) return
    const failed = status.services.find((service) => service.state === 'failed')
    if (failed !== undefined) {
      throw new StackError('unavailable', failed.message, {
        remedy: `Read the logs in ${stackLayout(status.root).logFolder}, then start the stack again.`,
      })
    }
    // Woken by the signal: nothing else ends the wait early.
    await sleep(500, undefined, { signal: options.signal }).catch(() => {})
  }
}
