/** Runs `work` over the items, at most `limit` at once, and takes no more of them than that. The first failure is thrown. */
export async function concurrently<T>(
  items: AsyncIterable<T>,
  limit: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const running = new Set<Promise<void>>()
  let failure: { cause: unknown } | undefined
  try {
    for await (const item of items) {
      const task: Promise<void> = work(item)
        .catch((cause) => {
          failure ??= { cause }
        })
        .finally(() => running.delete(task))
      running.add(task)
      if (running.size >= limit) await Promise.race(running)
      if (failure !== undefined) break
    }
  } finally {
    await Promise.all(running)
  }
  if (failure !== undefined) throw failure.cause
}
