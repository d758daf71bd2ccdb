import type { ExtractionStatus, RunStatus } from '../../contract/status.ts'
import type { Language } from '../../contract/words/language.ts'
import { formatPercent } from '../../contract/words/numbers.ts'
import { phaseWords, runKindWords, stepWords } from '../../contract/words/states.ts'
import { printable } from '../../reporting/text/printable.ts'
import { progressWords } from './progress-words.ts'
import { figuresOf, findingsOf, recordsOf } from './source-lines.ts'
import { WorkMeter, works } from './works.ts'

const quietMs = 10_000
const steady = new Set(['waiting', 'done', 'failed', 'cancelled'])

/** What to print of a run where nothing can be redrawn: each change, and between changes one line in 10 s a source. */
export class PlainProgress {
  private readonly language: Language
  private readonly meter = new WorkMeter()
  private phase: string | undefined
  private readonly seen = new Map<string, { change: string; at: number; figures: string }>()

  constructor(language: Language) {
    this.language = language
  }

  linesFor(status: RunStatus, nowMs: number): string[] {
    const lines: string[] = []
    const clock = stopwatch(nowMs - Date.parse(status.startedAt))
    if (status.phase !== this.phase) {
      this.phase = status.phase
      const kind = runKindWords[this.language][status.kind]
      lines.push(
        `[${clock}] ${kind} ${printable(status.contractId)}: ${phaseWords[this.language][status.phase]}`,
      )
    }
    for (const source of status.sources) {
      this.meter.observe(source, nowMs / 1000)
      const line = this.sourceLine(source, nowMs)
      if (line !== undefined) lines.push(`[${clock}] ${line}`)
    }
    return lines
  }

  private sourceLine(source: ExtractionStatus, nowMs: number): string | undefined {
    const change = `${source.step} ${source.epoch}`
    const last = this.seen.get(source.sourceId)
    const figures = this.figures(source)
    const isNew = last?.change !== change
    const isDue = last !== undefined && nowMs - last.at >= quietMs && last.figures !== figures
    if (!isNew && (!isDue || steady.has(source.step))) return undefined
    this.seen.set(source.sourceId, { change, at: nowMs, figures })
    if (isNew && source.step === 'waiting') return undefined
    const words = progressWords[this.language]
    const step = stepWords[this.language][source.step]
    const epoch = source.epoch > 1 ? `, ${words.epoch} ${source.epoch}` : ''
    const failure =
      source.failure === undefined
        ? []
        : [printable(source.failure.message), `${words.remedy}: ${printable(source.failure.remedy)}`]
    const details = [...(figures === '' ? [] : [figures]), ...failure].join(' — ')
    return `${printable(source.sourceId)}: ${step}${epoch}${details === '' ? '' : ` — ${details}`}`
  }

  private figures(source: ExtractionStatus): string {
    const words = progressWords[this.language]
    const underWay = works
      .map((work) => this.meter.progress(source, work))
      .filter(({ state }) => state === 'under-way')
      .map((progress) => {
        const share = progress.ratio === undefined ? '' : ` ${formatPercent(progress.ratio, this.language)}`
        return `${words.works[progress.work]}${share} ${figuresOf(progress, this.language)}`
      })
    const totals = [
      ...(source.parts.total > 0 ? [`${source.parts.done}/${source.parts.total} ${words.parts}`] : []),
      ...(source.records.done > 0 ? [recordsOf(source, this.language)] : []),
      ...findingsOf(source, this.language),
    ]
    return [...underWay, ...totals].join(', ')
  }
}

/** `01:42`, `1:02:03`. */
function stopwatch(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  const two = (value: number) => String(value).padStart(2, '0')
  const hours = Math.floor(seconds / 3600)
  const rest = `${two(Math.floor((seconds % 3600) / 60))}:${two(seconds % 60)}`
  return hours > 0 ? `${hours}:${rest}` : rest
}
