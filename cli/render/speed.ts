/** How fast a count grows, over the last while: steady enough to read, quick enough to follow a change. */
export class Speed {
  private readonly windowSeconds: number
  private samples: { at: number; done: number }[] = []

  constructor(windowSeconds = 15) {
    this.windowSeconds = windowSeconds
  }

  /** `at` in seconds. A count that falls (a source that starts over) begins anew. */
  observe(done: number, at: number): void {
    const last = this.samples.at(-1)
    if (last !== undefined && done < last.done) this.samples = []
    this.samples.push({ at, done })
    while (this.samples.length > 2 && at - this.samples[1]!.at >= this.windowSeconds) this.samples.shift()
  }

  /** Units a second; undefined until something has been seen to grow. */
  get perSecond(): number | undefined {
    const first = this.samples[0]
    const last = this.samples.at(-1)
    if (first === undefined || last === undefined || last.at - first.at < 1 || last.done === first.done) {
      return undefined
    }
    return (last.done - first.done) / (last.at - first.at)
  }

  /** Undefined when the end is not known, or already behind us. */
  secondsLeft(expected: number): number | undefined {
    const { perSecond } = this
    const done = this.samples.at(-1)?.done ?? 0
    return perSecond === undefined || expected <= done ? undefined : (expected - done) / perSecond
  }
}
