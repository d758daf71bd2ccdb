import { stripVTControlCharacters } from 'node:util'

/** Turns the reading direction, or hides: `U+200B`–`U+200F`, `U+202A`–`U+202E`, `U+2060`–`U+2069`, `U+FEFF`, and line separators. */
const deceptive = /[\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const controls = /[\u0000-\u001f\u007f-\u009f]/g

/**
 * Text of foreign origin (a table's name, a path, a server's message) as one harmless line: terminal sequences are
 * taken out, other control characters become their Unicode pictures (`␊`), and characters that would hide or turn
 * what follows are spelled out (`\u202e`).
 */
export function printable(text: string): string {
  return stripVTControlCharacters(text)
    .replace(controls, (character) => {
      const code = character.charCodeAt(0)
      return code < 0x20 ? String.fromCharCode(0x2400 + code) : code === 0x7f ? '␡' : escaped(code)
    })
    .replace(deceptive, (character) => escaped(character.charCodeAt(0)))
    .toWellFormed()
}

function escaped(code: number): string {
  return `\\u${code.toString(16).padStart(4, '0')}`
}
