import { columnsOf, padEnd, padStart, truncate } from '../text/columns.ts'
import { printable } from '../text/printable.ts'
import type { Page, Paint } from './page.ts'

export interface Column {
  title: string
  align: 'left' | 'right'
  /** Takes what room is left, and is cut when there is not enough. One a table. */
  flexible?: boolean
}

export interface Row {
  cells: string[]
  /** The flexible cell is never cut: it takes lines of its own when it does not fit. */
  keepName?: boolean
  /** A line of its own under the row. */
  note?: string
  /** A dim line after the row and its note. */
  after?: string
  indent?: number
  paint?: Paint
  /** Painting of one cell, by index, instead of the row's. */
  cellPaints?: Record<number, Paint>
}

const gap = 2
const least = 12

/** Columns as wide as their widest cell; the flexible one takes what is left of the page. */
export function tableLines(page: Page, columns: Column[], rows: Row[]): void {
  const cells = rows.map((row) => row.cells.map(printable))
  const widths = columns.map(({ title, flexible }, column) => {
    const widest = Math.max(columnsOf(title), ...cells.map((row) => columnsOf(row[column] ?? '')))
    return flexible ? least : widest
  })
  const flexible = columns.findIndex((column) => column.flexible)
  if (flexible !== -1) {
    const others = widths.reduce((sum, width, column) => sum + (column === flexible ? 0 : width + gap), 0)
    widths[flexible] = Math.max(least, page.inner - others)
  }
  const lay = (texts: string[], indent: number, paintOf: (column: number) => Paint) =>
    columns
      .map(({ align }, column) => {
        const width = widths[column]!
        const text = column === flexible ? ' '.repeat(indent) + (texts[column] ?? '') : (texts[column] ?? '')
        const cut = truncate(text, width)
        const last = column === columns.length - 1
        if (last && align === 'left') return paintOf(column)(cut)
        return paintOf(column)(align === 'right' ? padStart(cut, width) : padEnd(cut, width))
      })
      .join(' '.repeat(gap))
  page.line(
    lay(
      columns.map(({ title }) => title),
      0,
      () => page.colors.dim,
    ),
  )
  rows.forEach((row, index) => {
    const paint = row.paint ?? ((text: string) => text)
    const name = cells[index]![flexible] ?? ''
    const indent = row.indent ?? 0
    if (row.keepName && columnsOf(name) + indent > widths[flexible]!) {
      // Never broken either: it is to be copied into a query or a search.
      page.line(`${' '.repeat(indent)}${paint(name)}`)
      cells[index]![flexible] = ''
    }
    page.line(lay(cells[index]!, indent, (column) => row.cellPaints?.[column] ?? paint))
    if (row.note !== undefined) {
      page.paragraph(row.note, { lead: ' '.repeat(indent + 2), paint: page.colors.dim })
    }
    if (row.after !== undefined) page.paragraph(row.after, { lead: '  ', paint: page.colors.dim })
  })
}
