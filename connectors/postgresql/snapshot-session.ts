import type { ServerSettings } from './config.ts'
import { type Asked, closeSession, openSession, query, type Session } from './connection.ts'
import type { ConnectionBudget } from './connection-budget.ts'
import { copyOut } from './copy-out.ts'
import { cancelled, epochLost } from './failures.ts'
import type { EpochToken } from './token.ts'

/** Codes with which `SET TRANSACTION SNAPSHOT` says that the snapshot is no more, or of another database; and `stillHeldQuery`. */
export const lostSnapshotCodes: readonly string[] = ['0A000', '22023', '42704', '55000', '22012']

/** A division by zero unless the session that holds the snapshot is still in the same transaction. */
export function stillHeldQuery({ holderPid, startedMicroseconds }: EpochToken): string {
  return (
    'SELECT 1 / count(*)::int AS held FROM pg_catalog.pg_stat_activity' +
    ` WHERE pid = ${holderPid} AND (extract(epoch FROM xact_start) * 1000000)::bigint = ${startedMicroseconds}`
  )
}

export function joinStatements(token: EpochToken): string[] {
  return [
    'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;',
    `SET TRANSACTION SNAPSHOT '${token.snapshot}';`,
    `${stillHeldQuery(token)};`,
  ]
}

/** Runs queries within a snapshot, on connections that the budget allows; one stays open between queries. */
export class SnapshotSessions {
  readonly #server: ServerSettings
  readonly #token: EpochToken
  readonly #budget: ConnectionBudget
  #idle: { session: Session; evict: () => Promise<void> } | undefined
  #closed = false

  constructor(server: ServerSettings, token: EpochToken, budget: ConnectionBudget) {
    this.#server = server
    this.#token = token
    this.#budget = budget
  }

  async query<Row extends Record<string, unknown>>(asked: Asked, signal: AbortSignal): Promise<Row[]> {
    return this.use(signal, (session) => query<Row>(session, asked, signal))
  }

  /** Throws an error with one of `lostSnapshotCodes` when the holder has gone. */
  async stillHeld(signal: AbortSignal): Promise<void> {
    const action = 'looking after the reading'
    await this.use(signal, async (session) => {
      // Within a transaction, activity is seen as it was at the first look.
      await query(session, { text: 'SELECT pg_catalog.pg_stat_clear_snapshot()', action }, signal)
      await query(session, { text: stillHeldQuery(this.#token), action }, signal)
    })
  }

  /** Rows of any number, a thousand at a time. */
  async *stream<Row extends Record<string, unknown>>(asked: Asked, signal: AbortSignal): AsyncGenerator<Row> {
    const session = await this.#take(signal)
    let isWhole = false
    try {
      await query(
        session,
        { ...asked, text: `DECLARE reversibility NO SCROLL CURSOR FOR ${asked.text}` },
        signal,
      )
      for (;;) {
        const { values: _, ...fetch } = asked
        const rows = await query<Row>(session, { ...fetch, text: 'FETCH 1000 FROM reversibility' }, signal)
        yield* rows
        if (rows.length < 1000) break
      }
      const { values: _, ...close } = asked
      await query(session, { ...close, text: 'CLOSE reversibility' }, signal)
      isWhole = true
    } finally {
      await this.#give(session, isWhole)
    }
  }

  /** What `COPY … TO STDOUT` writes; returns the rows that the server says it sent. Ranges of pages are read as such. */
  async *copyOut(asked: Asked, signal: AbortSignal): AsyncGenerator<Uint8Array, number> {
    const session = await this.#take(signal)
    let isWhole = false
    try {
      const { action } = asked
      await query(session, { text: plannerSettings('off', '0'), action }, signal)
      const rows = yield* copyOut(session, asked, signal)
      await query(session, { text: plannerSettings('DEFAULT', 'DEFAULT'), action }, signal)
      isWhole = true
      return rows
    } finally {
      await this.#give(session, isWhole)
    }
  }

  async use<Result>(signal: AbortSignal, work: (session: Session) => Promise<Result>): Promise<Result> {
    const session = await this.#take(signal)
    let isWhole = false
    try {
      const result = await work(session)
      isWhole = true
      return result
    } finally {
      await this.#give(session, isWhole)
    }
  }

  async close(): Promise<void> {
    this.#closed = true
    const idle = this.#idle
    this.#idle = undefined
    if (idle === undefined || !this.#budget.takeIdle(idle.evict)) return
    await closeSession(idle.session)
    this.#budget.release()
  }

  async #take(signal: AbortSignal): Promise<Session> {
    if (this.#closed) throw epochLost(this.#server, 'it was closed here')
    if (signal.aborted) throw cancelled('reading', signal.reason)
    const idle = this.#idle
    if (idle !== undefined && this.#budget.takeIdle(idle.evict)) {
      this.#idle = undefined
      if (idle.session.lost === undefined) return idle.session
      this.#budget.release()
    }
    await this.#budget.acquire(signal)
    try {
      return await this.#join(signal)
    } catch (error) {
      this.#budget.release()
      throw error
    }
  }

  async #give(session: Session, isWhole: boolean): Promise<void> {
    // A failed statement has ended the transaction, and with it the snapshot.
    if (isWhole && session.lost === undefined && !this.#closed && this.#idle === undefined) {
      const evict = async () => {
        this.#idle = undefined
        await closeSession(session)
      }
      if (this.#budget.offerIdle(evict)) {
        this.#idle = { session, evict }
        return
      }
    }
    await closeSession(session)
    this.#budget.release()
  }

  async #join(signal: AbortSignal): Promise<Session> {
    const session = await openSession(this.#server, signal)
    try {
      for (const text of joinStatements(this.#token)) {
        await query(session, { text, action: 'joining a reading' }, signal)
      }
      return session
    } catch (error) {
      await closeSession(session)
      const code = (error as { cause?: { code?: string } }).cause?.code ?? ''
      if (lostSnapshotCodes.includes(code)) throw epochLost(this.#server, 'its holder has gone')
      throw error
    }
  }
}

/** Pages are then read in their order, by one process, without compiling anything. */
function plannerSettings(off: string, none: string): string {
  return `SET enable_seqscan TO ${off}; SET jit TO ${off}; SET max_parallel_workers_per_gather TO ${none}`
}
