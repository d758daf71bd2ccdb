import { isAlive } from './process-identity.ts'
import { stopProcess } from './server-process.ts'
import type { StackState } from './state.ts'

/**
 * Stops the servers that a dead keeper left running and says how many there were. Only for who holds the lock: with it
 * held, no keeper is at work.
 */
export async function stopLeftovers(state: StackState): Promise<number> {
  const { temporal, s3, postgresql } = state.services
  const servers = [
    { process: temporal.process, signal: 'SIGTERM' },
    { process: s3.process, signal: 'SIGTERM' },
    { process: postgresql.process, signal: 'SIGINT' },
  ] as const
  let stopped = 0
  await Promise.all(
    servers.map(async ({ process, signal }) => {
      if (process === null || !isAlive(process)) return
      await stopProcess(process, signal)
      stopped++
    }),
  )
  return stopped
}
