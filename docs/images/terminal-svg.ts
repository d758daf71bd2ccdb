const cell = { width: 8.4, height: 19 }
const padding = 16

/** Select Graphic Rendition (ECMA-48, 8.3.117). */
const sequence = `${String.fromCharCode(27)}\\[[\\d;]*m`

/** What the sixteen colours of a terminal are drawn with, on a dark ground. */
const colors: Record<number, string> = {
  31: '#ff7b72',
  32: '#7ee787',
  33: '#f2cc60',
  34: '#79c0ff',
  35: '#d2a8ff',
  36: '#76e3ea',
  90: '#8b949e',
}

interface Style {
  color: string | undefined
  bold: boolean
  dim: boolean
}

/** Lines of a terminal, colours included (SGR), as a picture with real text in it. */
export function terminalSvg(lines: readonly string[]): string {
  const columns = Math.max(...lines.map((line) => [...plain(line)].length))
  const width = Math.ceil(columns * cell.width + 2 * padding)
  const height = lines.length * cell.height + 2 * padding
  const rows = lines.map((line, row) => drawLine(line, padding + (row + 0.75) * cell.height))
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">
<title>A rehearsal of the example in a terminal</title>
<rect width="100%" height="100%" rx="8" fill="#0d1117"/>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14" fill="#e6edf3">
${rows.join('\n')}
</g>
</svg>
`
}

/** One text a run of words of one style, placed by column, so that another font changes nothing of the layout. */
function drawLine(line: string, y: number): string {
  const drawn: string[] = []
  let style: Style = { color: undefined, bold: false, dim: false }
  let column = 0
  for (const piece of line.split(new RegExp(`(${sequence})`))) {
    const codes = new RegExp(`^${sequence}$`).exec(piece)
    if (codes) {
      for (const code of codes[0].slice(2, -1).split(';').map(Number)) style = after(style, code)
      continue
    }
    // Viewers disagree on runs of blanks: each run of words is placed where it begins.
    for (const words of piece.matchAll(/\S+(?: \S+)*/g)) {
      const x = padding + (column + [...piece.slice(0, words.index)].length) * cell.width
      const length = [...words[0]].length * cell.width
      const attributes = [
        `x="${x.toFixed(1)}" y="${y.toFixed(1)}" textLength="${length.toFixed(1)}"`,
        ...(style.color ? [`fill="${style.color}"`] : []),
        ...(style.bold ? ['font-weight="bold"'] : []),
        ...(style.dim ? ['opacity="0.65"'] : []),
      ]
      drawn.push(`<text ${attributes.join(' ')}>${escapeXml(words[0])}</text>`)
    }
    column += [...piece].length
  }
  return drawn.join('')
}

function after(style: Style, code: number): Style {
  if (code === 0) return { color: undefined, bold: false, dim: false }
  if (code === 1) return { ...style, bold: true }
  if (code === 2) return { ...style, dim: true }
  if (code === 22) return { ...style, bold: false, dim: false }
  if (code === 39) return { ...style, color: undefined }
  return colors[code] === undefined ? style : { ...style, color: colors[code] }
}

function plain(line: string): string {
  return line.replaceAll(new RegExp(sequence, 'g'), '')
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
