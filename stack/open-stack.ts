import { setTimeout as sleep } from 'node:timers/promises'
import { assembleStack } from './assemble-stack.ts'
import { foreignServers } from './given-servers.ts'
import { keeperStarter } from './keeper-starter.ts'
import { defaultRoot, type ServiceName, type StackLayout, serviceNames, stackLayout } from './layout.ts'
import { dropLease, isHeld, type Lease, liveLeases, takeDetachedLease, takeLease } from './leases.ts'
import { isAlive } from './process-identity.ts'
import type { Stack, StackProgress } from './stack.ts'
import { StackError } from './stack-error.ts'
import { readState, type StackState } from './state.ts'

const pollMilliseconds = 40
/** A stop ends in seconds; a server that hangs is ended after ten. */
const stopTimeoutSeconds = 40

export interface OpenStackOptions {
  /** The checkout, or another folder that is to have its own stack in `.stack/`. Default: this checkout. */
  root?: string
  /** Default: all. Those not asked for have empty addresses. */
  services?: ServiceName[]
  /** Start Temporal's web interface too, when it is this call that starts Temporal. */
  ui?: boolean
  onProgress?: (progress: StackProgress) => void
  /** Gives up waiting, and stops what only this call wanted. */
  signal?: AbortSignal
  /** Where to look for addresses and programs. Default: this process's environment. */
  environment?: NodeJS.ProcessEnv
}

/**
 * Gives running servers: those of the environment, else those of the root's stack, joined when it runs already and
 * started when not. The stack runs until the last process that opened it has called `stop()` or ended.
 * Throws StackError: `not-found` when a program is missing, `unavailable` when a server does not start.
 */
export async function openStack(options: OpenStackOptions = {}): Promise<Stack> {
  const environment = options.environment ?? process.env
  const layout = stackLayout(options.root ?? defaultRoot())
  const given = foreignServers(environment, readState(layout.stateFile))
  const asked = options.services ?? [...serviceNames]
  for (const service of asked) {
    if (given[service] !== undefined)
      options.onProgress?.({ service, state: 'given', message: 'given by the environment' })
  }
  const wanted = asked.filter((service) => given[service] === undefined)
  if (wanted.length === 0)
    return assembleStack({ given, state: undefined, environment, stop: async () => {} })

  const lease = takeLease(layout, { services: wanted, ui: options.ui ?? false })
  try {
    const state = await untilServed({ options, environment, layout, lease })
    return assembleStack({ given, state, environment, stop: () => giveUp(layout, lease) })
  } catch (error) {
    await giveUp(layout, lease)
    throw error
  }
}

/** Lets the running stack of a root outlive this process, until `stack down`. Call while it is open. */
export function detachStack(root: string | undefined): void {
  const layout = stackLayout(root ?? defaultRoot())
  const state = readState(layout.stateFile)
  if (state === undefined || !isAlive(state.keeper)) {
    throw new StackError('unavailable', `The stack of ${layout.root} is not running.`, {
      remedy: 'Start it with: reversibility stack up --detach',
    })
  }
  const running = serviceNames.filter((name) => state.services[name].phase === 'ready')
  takeDetachedLease(layout, state.keeper, { services: running, ui: false })
}

/** Waits until the keeper has taken the lease into account and everything it asks for is ready. */
async function untilServed(opening: {
  options: OpenStackOptions
  environment: NodeJS.ProcessEnv
  layout: StackLayout
  lease: Lease
}): Promise<StackState> {
  const { options, environment, layout, lease } = opening
  const keeper = keeperStarter(layout, environment)
  const told = new Map<ServiceName, string>()
  for (;;) {
    options.signal?.throwIfAborted()
    const state = readState(layout.stateFile)
    if (!isHeld(layout, lease)) {
      throw new StackError('cancelled', 'The stack was stopped while it was starting.', {
        remedy: 'Start it again.',
      })
    }
    if (state === undefined || !isAlive(state.keeper)) {
      keeper.start()
    } else if (state.keeper.leases.includes(lease.name)) {
      const services = lease.services.map((name) => ({ name, record: state.services[name] }))
      for (const { name, record } of services) {
        const progress: StackProgress = {
          service: name,
          state: record.phase,
          message: record.message,
          ...(record.expectedSeconds !== null && { expectedSeconds: record.expectedSeconds }),
        }
        if (told.get(name) === JSON.stringify(progress)) continue
        told.set(name, JSON.stringify(progress))
        options.onProgress?.(progress)
      }
      const failed = services.filter(({ record }) => record.phase === 'failed')
      const busy = services.some(({ record }) => !['failed', 'ready'].includes(record.phase))
      // When one has failed the others are not waited for, but for those that may fail at once: one message names all.
      if (failed.length > 0 && (!busy || services.every(({ record }) => record.phase !== 'finding'))) {
        throw failure(failed.map(({ record }) => record))
      }
      if (!busy && state.keeper.phase === 'running') return state
    }
    await sleep(pollMilliseconds)
  }
}

function failure(failed: { message: string; remedy: string | null }[]): StackError {
  const message = failed.map((record) => record.message).join('\n')
  const remedy = failed.map((record) => record.remedy ?? '').join('\n')
  const missing = failed.some((record) => record.remedy?.startsWith('Supply it'))
  return new StackError(missing ? 'not-found' : 'unavailable', message, { remedy })
}

/** Drops the lease; when no other is left, waits until the keeper has stopped everything. */
async function giveUp(layout: StackLayout, lease: Lease): Promise<void> {
  dropLease(layout, lease)
  const deadline = Date.now() + stopTimeoutSeconds * 1000
  while (liveLeases(layout).length === 0) {
    const state = readState(layout.stateFile)
    if (state === undefined || !isAlive(state.keeper)) return
    if (Date.now() > deadline) {
      throw new StackError('unavailable', `The stack of ${layout.root} does not stop.`, {
        remedy: `Run reversibility stack down, and read ${layout.logFolder}.`,
      })
    }
    await sleep(pollMilliseconds)
  }
}
