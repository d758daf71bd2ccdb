import { randomBytes } from 'node:crypto'
import type { RunKind } from '../contract/status.ts'

/** Sorts by time, says what it is, and holds nothing personal: `rehearsal-20270131-101500-3f9a`. */
export function newRunId(kind: RunKind, at: Date): string {
  const [date, time] = at.toISOString().slice(0, 19).replaceAll(/[-:]/g, '').split('T')
  return `${kind}-${date}-${time}-${randomBytes(2).toString('hex')}`
}
