import { columnsOf, truncateColoured } from '../../reporting/text/columns.ts'

/** What a live region needs of `process.stderr`. */
export interface TerminalOut {
  write(text: string): unknown
  readonly columns?: number | undefined
  readonly rows?: number | undefined
}

const csi = '\u001b['
const hideCursor = `${csi}?25l`
const showCursor = `${csi}?25h`
/** Terminals that know it show the frame at once; others ignore it. */
const beginFrame = `${csi}?2026h`
const endFrame = `${csi}?2026l`
const endingSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * Lines at the bottom of a terminal, redrawn in place: overwritten and not cleared first, so that nothing flickers.
 * The cursor is hidden meanwhile and comes back however the process ends (short of SIGKILL).
 */
export class LiveRegion {
  private readonly out: TerminalOut
  private drawn: string[] = []
  private open = false

  constructor(out: TerminalOut) {
    this.out = out
  }

  get columns(): number {
    return Math.max(20, this.out.columns ?? 80)
  }

  /** Lines that fit without scrolling away what must be redrawn. */
  get rows(): number {
    return Math.max(4, (this.out.rows ?? 24) - 1)
  }

  draw(lines: readonly string[]): void {
    const frame = lines.slice(0, this.rows).map((line) => truncateColoured(line, this.columns - 1))
    if (this.open && frame.length === this.drawn.length && frame.every((line, at) => line === this.drawn[at]))
      return
    if (!this.open) this.begin()
    const body = frame.map((line) => `${line}${csi}K\n`).join('')
    this.out.write(`${beginFrame}${this.upToStart()}${body}${csi}J${endFrame}`)
    this.drawn = frame
  }

  /** Leaves these lines where the region was, for good; with none, what was drawn last stays. */
  close(finalLines?: readonly string[]): void {
    if (finalLines !== undefined) {
      const body = finalLines.map((line) => `${line}${csi}K\n`).join('')
      this.out.write(`${this.upToStart()}${body}${csi}J`)
    }
    this.drawn = []
    if (this.open) this.end()
  }

  /** A terminal made narrower has wrapped what was drawn: those rows count too. */
  private upToStart(): string {
    const columns = this.columns
    const rows = this.drawn.reduce((sum, line) => sum + Math.max(1, Math.ceil(columnsOf(line) / columns)), 0)
    return rows === 0 ? '\r' : `${csi}${rows}A\r`
  }

  private begin(): void {
    this.open = true
    process.on('exit', this.restore)
    for (const signal of endingSignals) process.on(signal, this.onSignal)
    this.out.write(hideCursor)
  }

  private end(): void {
    this.open = false
    process.removeListener('exit', this.restore)
    for (const signal of endingSignals) process.removeListener(signal, this.onSignal)
    this.out.write(showCursor)
  }

  private readonly restore = () => {
    if (this.open) this.out.write(showCursor)
  }

  /** Listening to a signal takes away its ending the process: without another listener, that is given back. */
  private readonly onSignal = (signal: NodeJS.Signals) => {
    if (process.listenerCount(signal) > 1) return
    this.end()
    process.kill(process.pid, signal)
  }
}
