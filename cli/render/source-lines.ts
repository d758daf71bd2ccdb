import type { createColors } from 'picocolors'
import type { ExtractionStatus } from '../../contract/status.ts'
import { formatDuration } from '../../contract/words/dates.ts'
import type { Language } from '../../contract/words/language.ts'
import { formatBytes, formatNumber, formatPercent, formatRate } from '../../contract/words/numbers.ts'
import { stepWords } from '../../contract/words/states.ts'
import { bar } from '../../reporting/text/bar.ts'
import { columnsOf, padEnd, padStart } from '../../reporting/text/columns.ts'
import { printable } from '../../reporting/text/printable.ts'
import { progressWords } from './progress-words.ts'
import { type WorkMeter, type WorkProgress, works } from './works.ts'

export interface DrawContext {
  language: Language
  colors: ReturnType<typeof createColors>
  columns: number
  spinner: string
  meter: WorkMeter
}

const noBreakSpace = '\u00a0'

/** `✔ erp · terminée · 312 000 enr. · 29 Mo`: how a source stands, on one line. */
export function sourceLine(source: ExtractionStatus, context: DrawContext): string {
  const { language, colors } = context
  const words = progressWords[language]
  const details = [
    ...(source.epoch > 1 ? [colors.yellow(`${words.epoch} ${source.epoch}`)] : []),
    ...(source.parts.total > 0 ? [`${source.parts.done}/${source.parts.total} ${words.parts}`] : []),
    ...(source.records.done > 0 ? [recordsOf(source, language)] : []),
    ...findingsOf(source, language).map(colors.yellow),
  ]
  const step = stepWords[language][source.step]
  const paint = source.step === 'failed' ? colors.red : source.step === 'done' ? colors.green : colors.cyan
  const head = `${markOf(source, context)} ${colors.bold(printable(source.sourceId))} ${colors.dim('·')} ${paint(step)}`
  return [head, ...details].join(` ${colors.dim('·')} `)
}

/** One line for each work that has begun or will: bar, share, bytes, rate, time left. */
export function workLines(source: ExtractionStatus, context: DrawContext): string[] {
  const progresses = works
    .map((work) => context.meter.progress(source, work))
    .filter(({ work, state }) => work !== 'restoration' || state !== 'ahead')
  return progresses.map((progress) => workLine(progress, context))
}

export function failureLines(source: ExtractionStatus, { language, colors }: DrawContext): string[] {
  if (source.failure === undefined) return []
  return [
    `  ${colors.red(printable(source.failure.message))}`,
    `  ${progressWords[language].remedy}${language === 'fr' ? noBreakSpace : ''}: ${printable(source.failure.remedy)}`,
  ]
}

function workLine(progress: WorkProgress, { language, colors, columns }: DrawContext): string {
  const words = progressWords[language]
  const labels = Math.max(...works.map((work) => columnsOf(words.works[work])))
  const label = padEnd(words.works[progress.work], labels)
  const figures = figuresOf(progress, language)
  if (progress.state === 'ahead') return colors.dim(`  ${label}`)
  // Of one width whatever the figures: bars that move with them cannot be compared, and flicker.
  const barColumns = columns >= 96 ? 30 : columns >= 76 ? 16 : 8
  const drawn =
    progress.ratio === undefined
      ? ' '.repeat(barColumns)
      : barOf(progress.ratio, progress.state, barColumns, colors)
  const share = padStart(progress.ratio === undefined ? '' : formatPercent(progress.ratio, language), 5)
  return `  ${label}  ${drawn}  ${share}  ${colors.dim(figures)}`
}

function barOf(
  ratio: number,
  state: WorkProgress['state'],
  columns: number,
  colors: DrawContext['colors'],
): string {
  const { done, left } = bar(ratio, columns)
  const paint = state === 'done' ? colors.green : colors.cyan
  return `${paint(done)}${colors.dim(left)}`
}

/** `640 Mo / 1,05 Go · 92 Mo/s · reste 4 s`. */
export function figuresOf(progress: WorkProgress, language: Language): string {
  const words = progressWords[language]
  const done = formatBytes(progress.doneBytes, language)
  const total = progress.state !== 'done' && progress.ratio !== undefined && progress.expectedBytes > 0
  const left = progress.secondsLeft
  return [
    total ? `${done} / ${formatBytes(progress.expectedBytes, language)}` : done,
    ...(progress.bytesPerSecond === undefined ? [] : [formatRate(progress.bytesPerSecond, language)]),
    ...(left === undefined ? [] : [leftWords(left, language, words.left)]),
  ].join(' · ')
}

function leftWords(seconds: number, language: Language, word: string): string {
  const duration = formatDuration(Math.max(1, Math.round(seconds)), language)
  return language === 'fr' ? `${word} ${duration}` : `${duration} ${word}`
}

export function recordsOf({ records }: ExtractionStatus, language: Language): string {
  return `${formatNumber(records.done, language)} ${progressWords[language].records}`
}

export function findingsOf({ findings }: ExtractionStatus, language: Language): string[] {
  const count = findings.blocker + findings.major + findings.minor
  return count === 0 ? [] : [progressWords[language].findings(count)]
}

function markOf({ step }: ExtractionStatus, { colors, spinner }: DrawContext): string {
  if (step === 'done') return colors.green('✔')
  if (step === 'failed') return colors.red('✘')
  if (step === 'cancelled') return colors.yellow('■')
  return step === 'waiting' ? colors.dim('·') : colors.cyan(spinner)
}
