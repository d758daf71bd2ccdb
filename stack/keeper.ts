/**
 * The process that a stack belongs to: parent of its servers, only writer of `stack.json`. It starts what living leases
 * ask for and stops everything, itself included, when none is left, so that a user killed in any way leaves nothing
 * behind. Run as: node keeper.ts <root>
 */
import { chmodSync, mkdirSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { holdLock } from './keeper-lock.ts'
import { type StackLayout, stackLayout } from './layout.ts'
import { dropLease, liveLeases } from './leases.ts'
import { identify } from './process-identity.ts'
import { ServiceRunner } from './service-runner.ts'
import { startPostgresql } from './services/postgresql.ts'
import { startS3 } from './services/s3.ts'
import { startTemporal } from './services/temporal.ts'
import { readState, type StackState, writeState } from './state.ts'
import { stopLeftovers } from './stop-leftovers.ts'

/** Elsewhere than on Linux each look at a process is a run of `ps`. */
const pollMilliseconds = process.platform === 'linux' ? 150 : 1000
/** Long enough for a keeper that is stopping to be done with it. */
const lockWaitMilliseconds = 5000

async function keep(layout: StackLayout): Promise<void> {
  const me = identify(process.pid)
  if (me === undefined) throw new Error(`this process (${process.pid}) is not listed as running`)
  const previous = readState(layout.stateFile)
  if (previous !== undefined) await stopLeftovers(previous)

  const keeper: StackState['keeper'] = { ...me, phase: 'running', leases: [] }
  const write = () => {
    const services = {
      temporal: runners.temporal.record,
      s3: runners.s3.record,
      postgresql: runners.postgresql.record,
    }
    writeState(layout.stateFile, { format: 1, keeper, services })
  }
  const common = { layout, changed: () => write() }
  const kept = previous?.services
  const runners = {
    temporal: new ServiceRunner({
      ...common,
      name: 'temporal',
      start: startTemporal,
      kept: kept?.temporal.settings ?? null,
    }),
    s3: new ServiceRunner({ ...common, name: 's3', start: startS3, kept: kept?.s3.settings ?? null }),
    postgresql: new ServiceRunner({
      ...common,
      name: 'postgresql',
      start: startPostgresql,
      kept: kept?.postgresql.settings ?? null,
    }),
  }

  let told = false
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => (told = true))
  while (!told) {
    const leases = liveLeases(layout)
    if (leases.length === 0) {
      if (keeper.phase === 'stopping') break
      // Said before looking a last time: who took a lease in between sees either this or that it was taken into account.
      keeper.phase = 'stopping'
      write()
      continue
    }
    const names = leases.map((lease) => lease.name)
    const newcomers = names.some((name) => !keeper.leases.includes(name))
    if (newcomers) {
      const ui = leases.some((lease) => lease.ui)
      for (const name of new Set(leases.flatMap((lease) => lease.services))) runners[name].want(ui)
    }
    if (newcomers || keeper.phase === 'stopping' || names.length !== keeper.leases.length) {
      keeper.leases = names
      keeper.phase = 'running'
      write()
    }
    await sleep(pollMilliseconds)
  }
  // Told to stop: whoever still waits for a server sees its lease gone, and does not start everything again.
  for (const lease of liveLeases(layout)) if (told) dropLease(layout, lease)
  keeper.phase = 'stopping'
  keeper.leases = []
  write()
  await Promise.all(Object.values(runners).map((runner) => runner.stop()))
}

const root = process.argv[2]
if (root === undefined) throw new Error('usage: keeper.ts <root>')
const layout = stackLayout(root)
mkdirSync(layout.folder, { recursive: true })
// Others may pass through, to data that is theirs (PostgreSQL's user), and list nothing.
chmodSync(layout.folder, 0o711)
const lock = holdLock(layout.lockFile, lockWaitMilliseconds)
// Another keeper is at work: nothing to do, and no failure.
if (lock !== undefined) {
  await keep(layout)
  lock.close()
}
