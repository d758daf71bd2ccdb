import { printable } from '../text/printable.ts'

/** Text that is HTML already. Only `html` makes it, so that nothing reaches a page unescaped. */
export class Markup {
  readonly text: string
  /** For `html` and the style sheet alone. */
  constructor(text: string) {
    this.text = text
  }
}

export type Part = string | number | Markup | readonly Part[] | undefined

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
}

/** Safe in text and in quoted attributes: the five signs of HTML and the backtick, and no control characters. */
export function escapeHtml(text: string): string {
  return printable(text).replace(/[&<>"'`]/g, (sign) => entities[sign]!)
}

/** Markup from a template: every value is escaped unless it is markup; lists are joined; undefined is nothing. */
export function html(strings: TemplateStringsArray, ...parts: Part[]): Markup {
  let text = strings[0]!
  parts.forEach((part, index) => {
    text += rendered(part) + strings[index + 1]!
  })
  return new Markup(text)
}

function rendered(part: Part): string {
  if (part === undefined) return ''
  if (part instanceof Markup) return part.text
  if (typeof part === 'string' || typeof part === 'number') return escapeHtml(String(part))
  return part.map(rendered).join('')
}

/** A name of foreign origin, kept from turning the direction of what surrounds it. */
export function name(text: string): Markup {
  return html`<bdi>${text}</bdi>`
}

/** Something to copy: a hash, a path, an address. Breaks anywhere rather than widen the page. */
export function code(text: string): Markup {
  return html`<code>${text}</code>`
}
