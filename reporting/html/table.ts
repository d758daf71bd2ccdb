import { html, type Markup, type Part } from './markup.ts'

export interface TableColumn {
  title: string
  /** Right-aligned, never broken. */
  number?: boolean
}

export interface TableRow {
  /** One a column; the first heads the row. */
  cells: Part[]
  tone?: string
}

export interface TableContent {
  caption: string
  columns: TableColumn[]
  rows: TableRow[]
  total?: TableRow
}

/**
 * A table whose rows become blocks of labelled lines on a narrow page. The roles are spelled out, since a table that
 * is laid out as blocks loses its own to some screen readers. Scrolls by itself when it is still too wide, by
 * keyboard too.
 */
export function table({ caption, columns, rows, total }: TableContent): Markup {
  const heads = columns.map(
    ({ title, number }) =>
      html`<th scope="col" role="columnheader"${number ? html` class="number"` : undefined}>${title}</th>`,
  )
  const foot =
    total === undefined ? undefined : html`<tfoot role="rowgroup">${rowMarkup(total, columns)}</tfoot>`
  return html`<div class="scroll" role="region" tabindex="0" aria-label="${caption}"><table role="table">
<caption>${caption}</caption>
<thead role="rowgroup"><tr role="row">${heads}</tr></thead>
<tbody role="rowgroup">
${rows.map((row) => rowMarkup(row, columns))}</tbody>
${foot}</table></div>`
}

function rowMarkup({ cells, tone }: TableRow, columns: TableColumn[]): Markup {
  const [head, ...rest] = cells
  const data = rest.map((cell, index) => {
    const { title, number } = columns[index + 1]!
    const className = number ? html` class="number"` : undefined
    return html`<td role="cell" data-label="${title}"${className}><span>${cell}</span></td>`
  })
  const className = tone === undefined ? undefined : html` class="${tone}"`
  return html`<tr role="row"${className}><th scope="row" role="rowheader">${head}</th>${data}</tr>
`
}
