const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' })
// biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with one
const colour = /\u001b\[[0-9;]*m/g
const plain = /^[\u0020-\u007e\u00a0-\u02ff\u2010-\u2027\u202f\u2500-\u259f]*$/
const wide =
  /^(?:\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1f64f}\u{1f900}-\u{1f9ff}\u{20000}-\u{3fffd}])|\ufe0f/u

/** Columns that a terminal gives to a printable text; colours take none. */
export function columnsOf(text: string): number {
  const bare = text.replace(colour, '')
  if (plain.test(bare)) return bare.length
  let columns = 0
  for (const { segment } of segmenter.segment(bare)) columns += columnsOfGrapheme(segment)
  return columns
}

function columnsOfGrapheme(grapheme: string): number {
  if (wide.test(grapheme)) return 2
  return /^\p{Mark}+$/u.test(grapheme) ? 0 : 1
}

/** A text without colours, cut to fit with `…`; a name keeps its end when `keepEnd`, where paths differ. */
export function truncate(text: string, columns: number, options: { keepEnd?: boolean } = {}): string {
  if (columnsOf(text) <= columns) return text
  if (columns <= 1) return columns === 1 ? '…' : ''
  const graphemes = [...segmenter.segment(text)].map(({ segment }) => segment)
  if (options.keepEnd) graphemes.reverse()
  const kept: string[] = []
  let used = 1
  for (const grapheme of graphemes) {
    used += columnsOfGrapheme(grapheme)
    if (used > columns) break
    kept.push(grapheme)
  }
  return options.keepEnd ? `…${kept.reverse().join('')}` : `${kept.join('')}…`
}

export function padEnd(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - columnsOf(text)))
}

export function padStart(text: string, columns: number): string {
  return ' '.repeat(Math.max(0, columns - columnsOf(text))) + text
}

/** Lines of at most `columns`, broken at ordinary spaces only; a longer word is cut. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    for (const piece of pieces(word, Math.max(1, columns))) {
      const joined = line === '' ? piece : `${line} ${piece}`
      if (columnsOf(joined) <= columns) {
        line = joined
      } else {
        lines.push(line)
        line = piece
      }
    }
  }
  if (line !== '' || lines.length === 0) lines.push(line)
  return lines
}

function pieces(word: string, columns: number): string[] {
  if (columnsOf(word) <= columns) return [word]
  const result: string[] = []
  let piece = ''
  for (const { segment } of segmenter.segment(word)) {
    if (columnsOf(piece + segment) > columns && piece !== '') {
      result.push(piece)
      piece = ''
    }
    piece += segment
  }
  return [...result, piece]
}

/** A line with colours in it, cut to fit; what was coloured ends with the line. */
export function truncateColoured(line: string, columns: number): string {
  if (columnsOf(line) <= columns) return line
  let room = columns - 1
  let result = ''
  let from = 0
  for (const match of [...line.matchAll(colour), undefined]) {
    const text = line.slice(from, match?.index)
    const width = columnsOf(text)
    if (width > room) return `${result}${truncate(`${text}…`, room + 1)}${from > 0 ? '\u001b[0m' : ''}`
    room -= width
    result += text + (match?.[0] ?? '')
    from = (match?.index ?? 0) + (match?.[0].length ?? 0)
  }
  return result
}
