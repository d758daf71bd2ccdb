import { defineQuery, isCancellation, setHandler, sleep } from '@temporalio/workflow'
import { emptyExtractionStatus } from '../contract/progress.ts'
import type { SourceInput } from '../contract/run.ts'
import { statusQuery } from '../contract/signals.ts'
import type { ExtractionStatus } from '../contract/status.ts'
import { activitiesWith } from './activities.ts'
import { concludeFailure, extractEpoch } from './epoch.ts'
import { failureOf } from './failure.ts'
import type { ExtractionInput, ExtractionOutcome } from './messages.ts'
import { readingsOf } from './reading.ts'

const status = defineQuery<ExtractionStatus>(statusQuery)

/** A source that cannot be reached is asked again this often before it is given up. */
const maxOpenings = 5

/**
 * Extracts one source whole, from one consistent reading. A reading that is lost takes its epoch with it: the next one
 * starts over, until there were too many.
 */
export async function extraction(input: ExtractionInput): Promise<ExtractionOutcome> {
  const { run, source, tuning } = input
  const { sourceId } = source
  const progress = emptyExtractionStatus(sourceId)
  setHandler(status, () => progress)
  const withReading = readingsOf(source, tuning)
  const { eraseEpoch } = activitiesWith(tuning)
  const startedAt = Date.now()

  for (let epoch = 1; ; epoch += 1) {
    Object.assign(progress, emptyExtractionStatus(sourceId), { epoch, step: 'opening' })
    const place: SourceInput = { run, sourceId, epoch }
    try {
      const outcome = await withReading(place, (reading) =>
        extractEpoch({ input, place, reading, progress, startedAt }),
      )
      return { sourceId, epoch, failure: null, ...outcome, status: progress }
    } catch (error) {
      if (isCancellation(error)) {
        progress.step = 'cancelled'
        throw error
      }
      const failure = failureOf(error)
      const again =
        (failure.type === 'epoch-lost' && epoch < tuning.maxEpochs) ||
        (failure.type === 'unavailable' &&
          progress.step === 'opening' &&
          epoch < Math.min(maxOpenings, tuning.maxAttempts))
      // Before anything is written: a store that is full takes nothing until this has gone.
      if (again || !input.keep) await eraseEpoch(place)
      if (!again) {
        const concluded = await concludeFailure({ input, place, failure, progress, startedAt })
        return { sourceId, epoch, failure, ...concluded, status: progress }
      }
      await sleep(progress.step === 'opening' ? 1000 * Math.min(2 ** epoch, tuning.maxBackoffSeconds) : 1000)
    }
  }
}
