const linesPerPage = 46

/** One PDF 1.4 file of plain paragraphs, in Helvetica. Characters outside Windows-1252 are not supported. */
export function pdfOf(title: string, text: string): Buffer {
  const lines = text.split('\n').flatMap((line) => wrap(line, 88))
  const pages: string[][] = []
  for (let start = 0; start < lines.length; start += linesPerPage)
    pages.push(lines.slice(start, start + linesPerPage))

  const bodies: string[] = [
    '<< /Type /Catalog /Pages 2 0 R /Lang (fr-FR) >>',
    `<< /Type /Pages /Kids [${pages.map((_, n) => `${5 + n * 2} 0 R`).join(' ')}] /Count ${pages.length} >>`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>',
    `<< /Title (${escapePdf(title)}) /Producer (Exemple Orme) >>`,
  ]
  for (const [index, page] of pages.entries()) {
    const content = `BT /F1 10 Tf 56 790 Td 15 TL\n${page.map((line) => `(${escapePdf(line)}) '`).join('\n')}\nET`
    bodies.push(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents ${6 + index * 2} 0 R >>`,
      `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    )
  }

  let file = '%PDF-1.4\n'
  const offsets: number[] = []
  for (const [index, body] of bodies.entries()) {
    offsets.push(file.length)
    file += `${index + 1} 0 obj\n${body}\nendobj\n`
  }
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')
  file += `xref\n0 ${bodies.length + 1}\n0000000000 65535 f \n${table}trailer\n<< /Size ${bodies.length + 1} /Root 1 0 R /Info 4 0 R >>\nstartxref\n${file.length}\n%%EOF\n`
  return Buffer.from(file, 'latin1')
}

function wrap(line: string, width: number): string[] {
  const lines: string[] = []
  let current = ''
  for (const word of line.split(' ')) {
    if (current !== '' && current.length + 1 + word.length > width) {
      lines.push(current)
      current = word
    } else current = current === '' ? word : `${current} ${word}`
  }
  return [...lines, current]
}

/** One character, one byte: offsets in the file are lengths of the string. */
function escapePdf(text: string): string {
  const narrowed = text
    .replaceAll('’', "'")
    .replaceAll('œ', '\x9c')
    .replaceAll('–', '\x96')
    .replaceAll('—', '\x97')
    .replaceAll('…', '\x85')
    .replaceAll('€', '\x80')
  const stranger = [...narrowed].find((character) => character > '\xff')
  if (stranger !== undefined) throw new RangeError(`“${stranger}” cannot be written in this PDF.`)
  return narrowed.replace(/[\\()]/g, '\\$&')
}
