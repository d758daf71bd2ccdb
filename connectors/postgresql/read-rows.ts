import type { ReadingContext } from './reading-context.ts'

/**
 * The rows of a query as CSV with a header line, in the server's own text: nothing passes through JavaScript values.
 * `onCount` is told the number of rows that the server says it sent, once all came.
 */
export async function* readRows(
  context: ReadingContext,
  asked: { select: string; action: string; subject: string; onCount: (rows: number) => void },
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const { select, action, subject, onCount } = asked
  const text = `COPY (${select}) TO STDOUT (FORMAT csv, HEADER)`
  onCount(yield* context.sessions.copyOut({ text, action, subject }, signal))
}
