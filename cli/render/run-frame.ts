import { createColors } from 'picocolors'
import type { ExtractionStatus, RunStatus } from '../../contract/status.ts'
import { formatDuration } from '../../contract/words/dates.ts'
import type { Language } from '../../contract/words/language.ts'
import { phaseWords, runKindWords } from '../../contract/words/states.ts'
import { printable } from '../../reporting/text/printable.ts'
import { progressWords } from './progress-words.ts'
import { type DrawContext, failureLines, sourceLine, workLines } from './source-lines.ts'
import type { WorkMeter } from './works.ts'

export interface FrameOptions {
  language: Language
  color: boolean
  columns: number
  /** The most lines that the frame may have. */
  rows: number
  meter: WorkMeter
  nowMs: number
}

const spinners = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'] as const
const settled = new Set(['waiting', 'done', 'failed', 'cancelled'])

/** The run as lines: a header, a line a source, and under those at work a line for each of their works. */
export function frameOf(status: RunStatus, options: FrameOptions): string[] {
  const colors = createColors(options.color)
  const context: DrawContext = {
    language: options.language,
    colors,
    columns: options.columns,
    spinner: spinners[Math.floor(options.nowMs / 120) % spinners.length]!,
    meter: options.meter,
  }
  const header = headerOf(status, context, options.nowMs)
  const room = options.rows - 1
  const full = status.sources.flatMap((source) => indented(sourceLines(source, context)))
  if (full.length <= room) return [header, ...full]
  return [header, ...shortened(status.sources, context, room)]
}

/** One line a source when the terminal is too low for more, those at work first, and how many are not shown. */
function shortened(sources: readonly ExtractionStatus[], context: DrawContext, room: number): string[] {
  const order = [
    ...sources.filter(({ step }) => !settled.has(step)),
    ...sources.filter(({ step }) => step === 'failed'),
    ...sources.filter(({ step }) => settled.has(step) && step !== 'failed'),
  ]
  const shown = order.length <= room ? order : order.slice(0, Math.max(0, room - 1))
  const lines = indented(shown.map((source) => sourceLine(source, context)))
  const rest = order.length - shown.length
  if (rest > 0) lines.push(`  ${context.colors.dim(`… ${progressWords[context.language].more(rest)}`)}`)
  return lines
}

function sourceLines(source: ExtractionStatus, context: DrawContext): string[] {
  const line = sourceLine(source, context)
  if (source.step === 'failed') return [line, ...failureLines(source, context)]
  if (settled.has(source.step) || source.bytes.expected + source.bytes.done === 0) return [line]
  return [line, ...workLines(source, context)]
}

function headerOf(status: RunStatus, { language, colors }: DrawContext, nowMs: number): string {
  const end = status.endedAt === undefined ? nowMs : Date.parse(status.endedAt)
  const seconds = Math.max(0, Math.floor((end - Date.parse(status.startedAt)) / 1000))
  return [
    colors.bold(`${runKindWords[language][status.kind]} ${printable(status.contractId)}`),
    phaseWords[language][status.phase],
    formatDuration(seconds, language),
  ].join(` ${colors.dim('·')} `)
}

function indented(lines: string[]): string[] {
  return lines.map((line) => `  ${line}`)
}
