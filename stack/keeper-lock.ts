import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/**
 * Holds the lock of a stack until the process ends, however it ends: the system's own file lock, by SQLite, since Node
 * has no other. Undefined when another process holds it after `waitMilliseconds`. Keep the answer, or it is let go.
 */
export function holdLock(file: string, waitMilliseconds: number): DatabaseSync | undefined {
  mkdirSync(dirname(file), { recursive: true })
  const lock = new DatabaseSync(file, { timeout: waitMilliseconds })
  try {
    lock.exec('BEGIN EXCLUSIVE')
    return lock
  } catch (error) {
    lock.close()
    const busy = 5
    if ((error as { errcode?: number }).errcode === busy) return undefined
    throw error
  }
}
