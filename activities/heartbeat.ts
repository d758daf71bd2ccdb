import { Context } from '@temporalio/activity'

export interface Heart<Cursor> {
  /** Fires when the run is cancelled or the worker shuts down. */
  signal: AbortSignal
  /** What the attempt before this one last told, if there was one. */
  resumed: Cursor | undefined
  /** What the next heartbeats carry. */
  tell(cursor: Cursor): void
}

/** Runs long work with a heartbeat every second, so that its loss is noticed and its cursor kept. */
export async function withHeartbeat<Cursor, T>(work: (heart: Heart<Cursor>) => Promise<T>): Promise<T> {
  const context = Context.current()
  let cursor = context.info.heartbeatDetails as Cursor | undefined
  const beat = () => context.heartbeat(cursor)
  beat()
  const timer = setInterval(beat, 1000)
  try {
    return await work({
      signal: context.cancellationSignal,
      resumed: cursor,
      tell: (next) => {
        cursor = next
      },
    })
  } catch (error) {
    // A library may put an abort in its own words: what counts is that it was asked for.
    context.cancellationSignal.throwIfAborted()
    throw error
  } finally {
    clearInterval(timer)
  }
}
