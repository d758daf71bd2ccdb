import { EventEmitter } from 'node:events'
import type { Duplex } from 'node:stream'
import { type Asked, run, type Session, socketOf } from './connection.ts'
import { CopySplitter } from './copy-splitter.ts'
import { failureOf } from './failures.ts'

const maxWaitingBytes = 1024 * 1024

/**
 * Runs `COPY … TO STDOUT` and yields what the server writes, no faster than it is taken. Returns the number of rows that the
 * server says it sent, once all came. The driver gives out one small buffer a row; here the rows of a whole network read
 * stay together, and the driver sees all other messages. A session whose copy was left early is closed.
 */
export async function* copyOut(
  session: Session,
  asked: Asked,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, number> {
  const stream = socketOf(session.client)
  const tap = new Tap(stream)
  let isOver = false
  const running = run(session, asked, signal).finally(() => {
    isOver = true
    tap.emit('more')
  })
  // Awaited below; until then a failure must not count as unhandled.
  running.catch(() => undefined)
  try {
    for (;;) {
      const chunk = tap.take()
      if (chunk !== undefined) yield chunk
      else if (tap.broken !== undefined) throw failureOf(tap.broken, { server: session.server, ...asked })
      else if (isOver) break
      else await new Promise((resolve) => tap.once('more', resolve))
    }
    return (await running).rowCount ?? 0
  } finally {
    // In the middle of the rows there is no way back to the driver.
    if (isOver) tap.close()
    else stream.destroy()
  }
}

/** Stands between a connection and its driver. Emits `more` when there may be something to take. */
class Tap extends EventEmitter {
  /** What the server sent is not of its protocol. */
  broken: unknown
  readonly #stream: Duplex
  readonly #driver: ((chunk: Buffer) => void)[]
  readonly #waiting: Buffer[] = []
  #waitingBytes = 0
  readonly #onData: (chunk: Buffer) => void

  constructor(stream: Duplex) {
    super()
    this.#stream = stream
    this.#driver = stream.listeners('data') as ((chunk: Buffer) => void)[]
    const splitter = new CopySplitter((message) => {
      for (const listener of this.#driver) listener(message)
    })
    this.#onData = (chunk) => {
      try {
        const bytes = splitter.split(chunk)
        if (bytes > 0) this.#add(chunk.subarray(0, bytes))
      } catch (error) {
        this.broken = error
        stream.destroy()
        this.emit('more')
      }
    }
    stream.on('data', this.#onData)
    for (const listener of this.#driver) stream.off('data', listener)
  }

  take(): Buffer | undefined {
    const chunk = this.#waiting.shift()
    this.#waitingBytes -= chunk?.length ?? 0
    if (this.#waitingBytes < maxWaitingBytes / 2 && this.#stream.isPaused()) this.#stream.resume()
    return chunk
  }

  close(): void {
    for (const listener of this.#driver) this.#stream.on('data', listener)
    this.#stream.off('data', this.#onData)
    this.#stream.resume()
  }

  #add(chunk: Buffer): void {
    this.#waiting.push(chunk)
    this.#waitingBytes += chunk.length
    if (this.#waitingBytes >= maxWaitingBytes) this.#stream.pause()
    this.emit('more')
  }
}
