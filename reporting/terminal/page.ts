import type { createColors } from 'picocolors'
import type { Severity } from '../../contract/finding.ts'
import type { Language } from '../../contract/words/language.ts'
import { columnsOf, padEnd, wrap } from '../text/columns.ts'
import { printable } from '../text/printable.ts'

export type Colors = ReturnType<typeof createColors>
export type Paint = (text: string) => string

export interface PageOptions {
  width: number
  language: Language
  colors: Colors
  timeZone: string
}

/** Lines being laid out: margins, sections, wrapped paragraphs. Text given to it is foreign until made printable here. */
export class Page {
  readonly width: number
  readonly language: Language
  readonly colors: Colors
  readonly timeZone: string
  readonly margin = '  '
  private readonly lines: string[] = []

  constructor(options: PageOptions) {
    this.width = options.width
    this.language = options.language
    this.colors = options.colors
    this.timeZone = options.timeZone
  }

  /** Columns between the margins. */
  get inner(): number {
    return this.width - 2 * this.margin.length
  }

  /** One line, already laid out, coloured and harmless. */
  line(text = ''): void {
    this.lines.push(text === '' ? '' : `${this.margin}${text}`.trimEnd())
  }

  section(title: string): void {
    this.line()
    this.line(this.colors.bold(title))
    this.line(this.colors.dim('─'.repeat(this.inner)))
  }

  /** A paragraph of foreign text, wrapped, its first line led by `lead` and the others aligned under it. */
  paragraph(text: string, options: { lead?: string; paint?: Paint; paintLead?: Paint } = {}): void {
    const { lead = '', paint = (plain) => plain, paintLead = (plain) => plain } = options
    const indent = columnsOf(lead)
    wrap(printable(text), this.inner - indent).forEach((line, index) => {
      const start = index === 0 ? paintLead(lead) : ' '.repeat(indent)
      this.line(start + paint(line))
    })
  }

  /** A label in its column, then a paragraph. */
  labelled(label: string, text: string, labelColumns: number): void {
    this.paragraph(text, { lead: padEnd(label, labelColumns), paintLead: this.colors.dim })
  }

  /** A label, then a text to be copied: never broken, on a line of its own when it does not fit beside the label. */
  verbatim(label: string, text: string, labelColumns: number): void {
    const copied = printable(text)
    if (labelColumns + columnsOf(copied) <= this.inner) {
      this.line(this.colors.dim(padEnd(label, labelColumns)) + copied)
    } else {
      this.line(this.colors.dim(label))
      this.line(copied)
    }
  }

  severity(severity: Severity): Paint {
    const { colors } = this
    const paints: Record<Severity, Paint> = {
      blocker: (text) => colors.bold(colors.red(text)),
      major: colors.red,
      minor: colors.yellow,
      info: colors.cyan,
    }
    return paints[severity]
  }

  text(): string {
    return `${this.lines.join('\n')}\n`
  }
}
