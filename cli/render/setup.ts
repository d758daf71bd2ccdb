import { createColors } from 'picocolors'
import { formatDuration } from '../../contract/words/dates.ts'
import type { Language, Words } from '../../contract/words/language.ts'
import { columnsOf, padEnd } from '../../reporting/text/columns.ts'
import { printable } from '../../reporting/text/printable.ts'
import { wantsColor } from './color.ts'
import { LiveRegion, type TerminalOut } from './live-region.ts'

export interface SetupOptions {
  out: TerminalOut
  language: Language
  interactive: boolean
  color?: boolean
  /** Milliseconds; for tests. */
  now?: () => number
}

/** One thing being made ready, and what is being done for it. `ready`, `given`, `failed` and `stopped` end it. */
export interface SetupStep {
  service: string
  message: string
  state?: string
  /** How long this step usually takes. */
  expectedSeconds?: number
}

export interface Setup {
  update(step: SetupStep): void
  stop(): void
}

interface Shown extends SetupStep {
  since: number
}

const endings = new Set(['ready', 'given', 'failed', 'stopped'])
const spinners = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'] as const
const about: Words<string> = { fr: 'environ', en: 'about' }

/** Shows what is being set up: a line a service redrawn in place, or a line each time that something new is said. */
export function showSetup(options: SetupOptions): Setup {
  const now = options.now ?? Date.now
  const colors = createColors(options.color ?? wantsColor(options.interactive))
  const region = new LiveRegion(options.out)
  const services = new Map<string, Shown>()
  let stopped = false

  const lines = () => {
    const names = Math.max(0, ...[...services.keys()].map((name) => columnsOf(printable(name))))
    return [...services.values()].map((step) => {
      const seconds = (now() - step.since) / 1000
      const elapsed = isOver(step) || seconds < 2 ? '' : formatDuration(Math.floor(seconds), options.language)
      const expected =
        isOver(step) || step.expectedSeconds === undefined
          ? ''
          : `${about[options.language]} ${formatDuration(step.expectedSeconds, options.language)}`
      const times = [elapsed, expected].filter((time) => time !== '').join(' / ')
      const name = colors.bold(padEnd(printable(step.service), names))
      return `${markOf(step)} ${name}  ${printable(step.message)}${times === '' ? '' : `  ${colors.dim(times)}`}`
    })
  }
  const markOf = (step: Shown) => {
    if (step.state === 'failed') return colors.red('✘')
    if (isOver(step)) return colors.green('✔')
    if (stopped) return colors.dim('·')
    return colors.cyan(spinners[Math.floor(now() / 120) % spinners.length]!)
  }
  const draw = () => {
    if (!stopped && services.size > 0) region.draw(lines())
  }
  const timer = options.interactive ? setInterval(draw, 120) : undefined
  timer?.unref()

  return {
    update(step) {
      if (stopped) return
      const before = services.get(step.service)
      const isSame = before?.message === step.message && before.state === step.state
      services.set(step.service, { ...step, since: isSame ? before.since : now() })
      if (options.interactive) draw()
      else if (!isSame) options.out.write(`${printable(step.service)}: ${printable(step.message)}\n`)
    },
    stop() {
      if (stopped) return
      stopped = true
      clearInterval(timer)
      if (options.interactive) region.close(lines())
    },
  }
}

function isOver(step: SetupStep): boolean {
  return step.state !== undefined && endings.has(step.state)
}
