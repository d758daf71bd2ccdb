import { stopProcess } from './server-process.ts'
import type { StackState } from './state.ts'

/** Stops the servers that a dead keeper left running. Only for who holds the lock, or knows that the keeper is dead. */
export async function stopLeftovers(state: StackState): Promise<number> {
  const { temporal, s3, postgresql } = state.services
  const left = [
    { process: temporal.process, signal: 'SIGTERM' },
    { process: s3.process, signal: 'SIGTERM' },
    { process: postgresql.process, signal: 'SIGINT' },
  ] as const
  const stopped = await Promise.all(
    left.map(async ({ process, signal }) => {
      if (process === null) return 0
      await stopProcess(process, signal)
      return 1
    }),
  )
  return stopped.reduce<number>((sum, one) => sum + one, 0)
}
