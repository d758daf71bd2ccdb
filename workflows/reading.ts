import {
  ApplicationFailure,
  CancellationScope,
  defineSignal,
  isCancellation,
  setHandler,
  Trigger,
} from '@temporalio/workflow'
import type { OpenedEpoch, SourceInput, SourceTask, Tuning } from '../contract/run.ts'
import { epochOpenedSignal } from '../contract/signals.ts'
import { activitiesWith, keeperWith } from './activities.ts'
import { failureOf } from './failure.ts'

const epochOpened = defineSignal<[OpenedEpoch]>(epochOpenedSignal)

type WithReading = <T>(place: SourceInput, work: (reading: OpenedEpoch) => Promise<T>) => Promise<T>

/** Opens readings as the connector's kind of epoch wants them, runs work within one, and lets go of it whatever happens. */
export function readingsOf(source: SourceTask, tuning: Tuning): WithReading {
  return source.epochLifetime === 'durable' ? durableReadings(tuning) : heldReadings(tuning)
}

function durableReadings(tuning: Tuning): WithReading {
  const { openDurableEpoch } = activitiesWith(tuning)
  return async (place, work) => work(await openDurableEpoch(place))
}

/** A held reading lives in an activity that never ends by itself: when it ends, the epoch is lost. */
function heldReadings(tuning: Tuning): WithReading {
  const { keepEpoch } = keeperWith(tuning)
  let awaited: { epoch: number; opened: Trigger<OpenedEpoch> } | undefined
  setHandler(epochOpened, (reading) => {
    // A keeper that was given up may still speak: only the present epoch's is listened to.
    if (reading.epoch === awaited?.epoch) awaited.opened.resolve(reading)
  })

  return async (place, work) => {
    const opened = new Trigger<OpenedEpoch>()
    awaited = { epoch: place.epoch, opened }
    let isOpen = false
    const keeping = new CancellationScope()
    const lost = keeping
      .run(() => keepEpoch(place))
      .then(
        () => Promise.reject(epochLost('Its keeper ended.')),
        (error) =>
          Promise.reject(
            isCancellation(error)
              ? error
              : isOpen
                ? epochLost(failureOf(error).message)
                : openingFailure(error),
          ),
      )
    // Always awaited below; until then its rejection must not count as unhandled.
    lost.catch(() => {})
    const working = new CancellationScope()
    let worked: Promise<unknown> | undefined
    try {
      const reading = await Promise.race([opened, lost])
      isOpen = true
      const result = working.run(() => work(reading))
      worked = result
      return await Promise.race([result, lost])
    } finally {
      await CancellationScope.nonCancellable(async () => {
        working.cancel()
        await worked?.catch(() => {})
        keeping.cancel()
        await lost.catch(() => {})
      })
    }
  }
}

function epochLost(message: string): ApplicationFailure {
  return ApplicationFailure.create({
    message: `The consistent reading of the source was lost. ${message}`,
    type: 'epoch-lost',
    nonRetryable: true,
    details: [{ remedy: 'It starts over by itself; if that lasts, look for what ends its connections.' }],
  })
}

/** A worker that died while opening says nothing of the source: that epoch is lost, not the source. */
function openingFailure(error: unknown): Error {
  const { type, message } = failureOf(error)
  return type === 'worker-lost' ? epochLost(message) : (error as Error)
}
