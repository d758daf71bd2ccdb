import { setTimeout as sleep } from 'node:timers/promises'

/** Passes bytes on no faster than allowed, measured from the first chunk: the source is in production. */
export async function* throttled(
  bytes: AsyncIterable<Uint8Array>,
  bytesPerSecond: number | undefined,
  signal: AbortSignal,
): AsyncIterable<Uint8Array> {
  if (bytesPerSecond === undefined) {
    yield* bytes
    return
  }
  const startedAt = performance.now()
  let passed = 0
  for await (const chunk of bytes) {
    passed += chunk.byteLength
    const aheadMs = (passed / bytesPerSecond) * 1000 - (performance.now() - startedAt)
    if (aheadMs > 5) await sleep(aheadMs, undefined, { signal })
    yield chunk
  }
}
