import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export const checkout = fileURLToPath(new URL('../..', import.meta.url))

export interface CodeBlock {
  /** What follows the three backquotes: `sh`, `sh no-run`, `yaml`. */
  info: string
  code: string
  line: number
}

/** The fenced code blocks of a Markdown text, in order. */
export function codeBlocks(text: string): CodeBlock[] {
  const blocks: CodeBlock[] = []
  let open: { info: string; indent: string; lines: string[]; line: number } | undefined
  for (const [index, line] of text.split('\n').entries()) {
    const fence = /^( *)```(.*)$/.exec(line)
    if (!fence) open?.lines.push(line.startsWith(open.indent) ? line.slice(open.indent.length) : line)
    else if (open) {
      blocks.push({ info: open.info, code: open.lines.join('\n'), line: open.line })
      open = undefined
    } else open = { info: fence[2]!.trim(), indent: fence[1]!, lines: [], line: index + 1 }
  }
  if (open) throw new Error(`the code block of line ${open.line} is never closed`)
  return blocks
}

/** The text without its code blocks and without code between backquotes: what is prose. */
export function prose(text: string): string {
  return text.replaceAll(/^ *```[\s\S]*?^ *```/gm, '').replaceAll(/`[^`\n]*`/g, '')
}

/** Headings of one level, as they stand. */
export function headings(text: string, level: number): string[] {
  const outside = text.replaceAll(/^ *```[\s\S]*?^ *```/gm, '')
  return [...outside.matchAll(new RegExp(`^#{${level}} (.+)$`, 'gm'))].map(([, title]) => title!.trim())
}

/** Every Markdown document of the project, as a path from its root. */
export function documents(): string[] {
  const found = readdirSync(checkout).filter((name) => name.endsWith('.md'))
  for (const folder of ['docs', 'runbooks', 'examples']) {
    for (const name of readdirSync(join(checkout, folder), { recursive: true, encoding: 'utf8' })) {
      if (name.endsWith('.md')) found.push(join(folder, name))
    }
  }
  return found.sort()
}

export function readDocument(path: string): string {
  return readFileSync(join(checkout, path), 'utf8')
}

/** Links and images of a document to other files, resolved; those to other hosts are left out. */
export function localLinks(
  path: string,
): { target: string; exists: boolean; fragment: string | undefined }[] {
  const links = [...prose(readDocument(path)).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link!)
  return links
    .filter((link) => !/^[a-z]+:/.test(link))
    .map((link) => {
      const [file = '', fragment] = link.split('#')
      const target = file === '' ? join(checkout, path) : resolve(checkout, dirname(path), file)
      return { target: relative(checkout, target), exists: existsSync(target), fragment }
    })
}

/** How a heading is named in a link to it, as code hosts do. */
export function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(/\s/g, '-')
}
