import { CancellationScope } from '@temporalio/workflow'

/**
 * Runs tasks in order of start, never more than `width` at once. The first failure cancels those under way, waits until
 * they have let go, and is thrown: nothing goes on behind the caller's back.
 */
export async function inWindow(tasks: readonly (() => Promise<void>)[], width: number): Promise<void> {
  await new CancellationScope().run(async () => {
    const scope = CancellationScope.current()
    let next = 0
    let failure: { error: unknown } | undefined
    const worker = async () => {
      while (next < tasks.length && !failure) {
        const task = tasks[next]!
        next += 1
        try {
          await task()
        } catch (error) {
          failure ??= { error }
          scope.cancel()
        }
      }
    }
    await Promise.all(Array.from({ length: Math.min(width, tasks.length) }, worker))
    if (failure) throw failure.error
  })
}
