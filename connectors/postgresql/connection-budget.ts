import { ReversibilityError } from '../../contract/errors.ts'
import { cancelled } from './failures.ts'

/**
 * Counts the connections a connector has open, so that they never exceed what the plan allows. One idle connection may be
 * kept ready by `offerIdle`; it counts, and is closed as soon as someone else needs its place.
 */
export class ConnectionBudget {
  #free: number
  /** Places that come free again by themselves. */
  #lendable: number
  readonly #waiting: (() => void)[] = []
  #evictIdle: (() => Promise<void>) | undefined

  constructor(places: number) {
    this.#free = Math.max(1, places)
    this.#lendable = this.#free
  }

  /** Takes a place for as long as a reading is held. */
  async hold(signal: AbortSignal): Promise<void> {
    await this.acquire(signal)
    this.#lendable -= 1
  }

  releaseHeld(): void {
    this.#lendable += 1
    this.release()
  }

  async acquire(signal: AbortSignal | undefined): Promise<void> {
    if (signal?.aborted) throw cancelled('waiting for a connection', signal.reason)
    if (this.#lendable < 1) {
      throw new ReversibilityError(
        'invalid-input',
        'The one connection allowed is the one that holds the reading.',
        {
          remedy:
            'Allow at least 2 connections in limits.connections of the source, or read from another process.',
        },
      )
    }
    if (this.#free > 0) {
      this.#free -= 1
      return
    }
    const evict = this.#evictIdle
    if (evict !== undefined) {
      this.#evictIdle = undefined
      await evict()
      return
    }
    await new Promise<void>((resolve, reject) => {
      const granted = () => {
        signal?.removeEventListener('abort', onAbort)
        resolve()
      }
      const onAbort = () => {
        this.#waiting.splice(this.#waiting.indexOf(granted), 1)
        reject(cancelled('waiting for a connection', signal?.reason))
      }
      signal?.addEventListener('abort', onAbort, { once: true })
      this.#waiting.push(granted)
    })
  }

  release(): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#free += 1
    else next()
  }

  /** Keeps an idle connection's place until someone needs it. False when someone does already: close it and release. */
  offerIdle(evict: () => Promise<void>): boolean {
    if (this.#waiting.length > 0 || this.#evictIdle !== undefined) return false
    this.#evictIdle = evict
    return true
  }

  /** Takes the idle connection's place back for its owner. False when it was evicted. */
  takeIdle(evict: () => Promise<void>): boolean {
    if (this.#evictIdle !== evict) return false
    this.#evictIdle = undefined
    return true
  }
}
