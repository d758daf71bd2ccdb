/** A terminal as far as the live region speaks to one: writes what it is told, where the cursor is. */
export class Screen {
  columns: number
  rows: number
  cursorShown = true
  readonly writes: string[] = []
  private readonly cells: string[][] = [[]]
  private row = 0
  private column = 0

  constructor(columns: number, rows: number) {
    this.columns = columns
    this.rows = rows
  }

  write(text: string): boolean {
    this.writes.push(text)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it reads terminal sequences
    for (const [token, parameters, command] of text.matchAll(/\u001b\[([?0-9;]*)([A-Za-z])|[\s\S]/gu)) {
      if (command === undefined) this.put(token)
      else this.obey(command, parameters ?? '')
    }
    return true
  }

  /** Made narrower, as xterm and its kind do: what no longer fits goes on below. */
  narrow(columns: number): void {
    this.columns = columns
    const wrapped = this.cells.flatMap((cells) => {
      const rows: string[][] = []
      for (let at = 0; at < cells.length; at += columns) rows.push(cells.slice(at, at + columns))
      return rows.length === 0 ? [[]] : rows
    })
    this.row += wrapped.length - this.cells.length
    this.cells.splice(0, this.cells.length, ...wrapped)
  }

  get lines(): string[] {
    const lines = this.cells.map((cells) =>
      Array.from(cells, (cell) => cell ?? ' ')
        .join('')
        .trimEnd(),
    )
    while (lines.at(-1) === '') lines.pop()
    return lines
  }

  private put(character: string): void {
    if (character === '\r') {
      this.column = 0
      return
    }
    if (character === '\n' || this.column >= this.columns) {
      this.row += 1
      this.column = 0
      this.cells[this.row] ??= []
      if (character === '\n') return
    }
    this.cells[this.row]![this.column] = character
    this.column += 1
  }

  private obey(command: string, parameters: string): void {
    if (command === 'A') {
      const up = Number(parameters || 1)
      if (up > this.row || up >= this.rows)
        throw new Error(`The cursor was sent ${up} rows up, off the screen.`)
      this.row -= up
    } else if (command === 'K') this.cells[this.row]!.length = this.column
    else if (command === 'J') {
      this.cells[this.row]!.length = this.column
      this.cells.length = this.row + 1
    } else if (command === 'l' && parameters === '?25') this.cursorShown = false
    else if (command === 'h' && parameters === '?25') this.cursorShown = true
    else if (command !== 'm' && parameters !== '?2026')
      throw new Error(`Unknown sequence ${parameters}${command}`)
  }
}
