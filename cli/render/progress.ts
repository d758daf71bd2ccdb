import type { RunStatus } from '../../contract/status.ts'
import type { Language } from '../../contract/words/language.ts'
import { wantsColor } from './color.ts'
import { LiveRegion, type TerminalOut } from './live-region.ts'
import { PlainProgress } from './plain-progress.ts'
import { frameOf } from './run-frame.ts'
import { WorkMeter } from './works.ts'

export interface ProgressOptions {
  /** Progress goes to stderr; results own stdout. */
  out: TerminalOut
  language: Language
  /** Whether `out` is a terminal that can be redrawn. */
  interactive: boolean
  color?: boolean
  /** Milliseconds; for tests. */
  now?: () => number
}

export interface Progress {
  /** The run as it is now. May be called as often as wanted. */
  update(status: RunStatus): void
  /** Leaves the last state on the screen, then `finalLine`, and gives the cursor back. May be called twice. */
  stop(finalLine?: string): void
}

const refreshMs = 120

/** Shows a run: a tree redrawn in place on a terminal, plain lines when something changes elsewhere. */
export function showProgress(options: ProgressOptions): Progress {
  const now = options.now ?? Date.now
  return options.interactive ? liveProgress(options, now) : plainProgress(options, now)
}

function liveProgress(options: ProgressOptions, now: () => number): Progress {
  const region = new LiveRegion(options.out)
  const meter = new WorkMeter()
  const color = options.color ?? wantsColor(options.interactive)
  let status: RunStatus | undefined
  let stopped = false
  const frame = (rows: number) =>
    status === undefined
      ? []
      : frameOf(status, {
          language: options.language,
          color,
          columns: region.columns,
          rows,
          meter,
          nowMs: now(),
        })
  const draw = () => {
    if (status !== undefined && !stopped) region.draw(frame(region.rows))
  }
  const timer = setInterval(draw, refreshMs)
  timer.unref()
  return {
    update(next) {
      if (stopped) return
      status = next
      for (const source of next.sources) meter.observe(source, now() / 1000)
      draw()
    },
    stop(finalLine) {
      if (stopped) return
      stopped = true
      clearInterval(timer)
      // Nothing is redrawn any more, so that every source may have its line, however tall the terminal.
      const last = frame(Number.POSITIVE_INFINITY)
      region.close([...last, ...(finalLine === undefined ? [] : [finalLine])])
    },
  }
}

function plainProgress(options: ProgressOptions, now: () => number): Progress {
  const plain = new PlainProgress(options.language)
  let stopped = false
  return {
    update(status) {
      if (stopped) return
      for (const line of plain.linesFor(status, now())) options.out.write(`${line}\n`)
    },
    stop(finalLine) {
      if (stopped) return
      stopped = true
      if (finalLine !== undefined) options.out.write(`${finalLine}\n`)
    },
  }
}
