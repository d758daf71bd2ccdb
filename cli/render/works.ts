import { type ExtractionStatus, type ExtractionStep, extractionSteps } from '../../contract/status.ts'
import { Speed } from './speed.ts'

export const works = ['export', 'verification', 'restoration'] as const
export type Work = (typeof works)[number]

/** One of a source's three works, as far as it is. */
export interface WorkProgress {
  work: Work
  state: 'ahead' | 'under-way' | 'done'
  doneBytes: number
  /** From 0 to 1, and 1 only once done; undefined when how much there will be is not known. */
  ratio: number | undefined
  expectedBytes: number
  bytesPerSecond: number | undefined
  secondsLeft: number | undefined
}

/** Volumes are read back while others are still extracted, so that the first two overlap. */
const during: Record<Work, readonly ExtractionStep[]> = {
  export: ['extracting'],
  verification: ['extracting', 'sealing', 'verifying'],
  restoration: ['restoring', 'comparing'],
}

/** Follows the three works of each source and how fast they go. */
export class WorkMeter {
  private readonly speeds = new Map<string, Speed>()

  /** `at` in seconds. */
  observe(source: ExtractionStatus, at: number): void {
    for (const work of works) {
      const key = `${source.sourceId} ${work}`
      let speed = this.speeds.get(key)
      if (speed === undefined) {
        speed = new Speed()
        this.speeds.set(key, speed)
      }
      if (during[work].includes(source.step)) speed.observe(bytesOf(source, work).done, at)
    }
  }

  progress(source: ExtractionStatus, work: Work): WorkProgress {
    const { done, expected } = bytesOf(source, work)
    const state = stateOf(source.step, work, done)
    const speed = state === 'under-way' ? this.speeds.get(`${source.sourceId} ${work}`) : undefined
    const known = expected > 0 && !(work === 'verification' && expected <= done)
    return {
      work,
      state,
      doneBytes: done,
      expectedBytes: expected,
      ratio: state === 'done' ? 1 : known ? Math.min(0.99, done / expected) : undefined,
      bytesPerSecond: speed?.perSecond,
      secondsLeft: known ? speed?.secondsLeft(expected) : undefined,
    }
  }
}

function bytesOf(source: ExtractionStatus, work: Work): { done: number; expected: number } {
  if (work === 'export') return source.bytes
  return work === 'verification' ? source.verifiedBytes : source.restoredBytes
}

function stateOf(step: ExtractionStep, work: Work, done: number): WorkProgress['state'] {
  const steps = during[work]
  if (steps.includes(step)) return 'under-way'
  if (step === 'failed' || step === 'cancelled') return done > 0 ? 'under-way' : 'ahead'
  const at = extractionSteps.indexOf(step)
  if (at < extractionSteps.indexOf(steps[0]!)) return 'ahead'
  return work === 'restoration' && done === 0 ? 'ahead' : 'done'
}
