import { setTimeout as sleep } from 'node:timers/promises'
import { holdLock } from './keeper-lock.ts'
import { defaultRoot, stackLayout } from './layout.ts'
import { isAlive, signalProcess } from './process-identity.ts'
import { StackError } from './stack-error.ts'
import { readState, writeState } from './state.ts'
import { stopLeftovers } from './stop-leftovers.ts'

const patienceSeconds = 30

/**
 * Stops the stack of a root whoever uses it, and what a dead keeper left running. Only processes that still are those
 * recorded are touched. False when nothing was running.
 */
export async function stopStack(root?: string): Promise<boolean> {
  const layout = stackLayout(root ?? defaultRoot())
  const state = readState(layout.stateFile)
  if (state === undefined) return false
  if (signalProcess(state.keeper, 'SIGTERM')) {
    const deadline = Date.now() + patienceSeconds * 1000
    while (isAlive(state.keeper) && Date.now() < deadline) await sleep(40)
    if (!isAlive(state.keeper)) return true
    signalProcess(state.keeper, 'SIGKILL')
  }
  const lock = holdLock(layout.lockFile, 5000)
  if (lock === undefined) {
    throw new StackError('unavailable', `The stack of ${layout.root} is just being started again.`, {
      remedy: 'End what starts it, then run reversibility stack down again.',
    })
  }
  try {
    const last = readState(layout.stateFile) ?? state
    const stopped = await stopLeftovers(last)
    for (const service of Object.values(last.services)) {
      service.process = null
      service.phase = 'stopped'
      service.message = 'not running'
    }
    writeState(layout.stateFile, last)
    return stopped > 0
  } finally {
    lock.close()
  }
}
