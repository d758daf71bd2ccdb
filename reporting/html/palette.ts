/** Colours by use. `text` ones are read against `page` and `card`, and a test holds their contrast (WCAG AA, 4.5). */
export interface Palette {
  page: string
  card: string
  line: string
  track: string
  text: { ink: string; quiet: string; good: string; warn: string; bad: string; note: string }
  /** Behind the verdict, under `text` of the same name. */
  tint: { good: string; warn: string; bad: string }
}

export const light: Palette = {
  page: '#f6f5f1',
  card: '#ffffff',
  line: '#dddad2',
  track: '#e7e4dc',
  text: {
    ink: '#1b1d22',
    quiet: '#5a5e68',
    good: '#17663a',
    warn: '#874b00',
    bad: '#a8201a',
    note: '#1d5a93',
  },
  tint: { good: '#e6f3ea', warn: '#fcf0dc', bad: '#fbe8e6' },
}

export const dark: Palette = {
  page: '#14161a',
  card: '#1c1f25',
  line: '#343943',
  track: '#2b303a',
  text: {
    ink: '#eceef2',
    quiet: '#a6acb8',
    good: '#79d19b',
    warn: '#f0b661',
    bad: '#ff958c',
    note: '#8cc1f2',
  },
  tint: { good: '#16291e', warn: '#2d2415', bad: '#331d1c' },
}

/** As CSS custom properties: `--page`, `--text-ink`, `--tint-good`. */
export function customProperties(palette: Palette): string {
  const groups: Record<string, string> = {
    page: palette.page,
    card: palette.card,
    line: palette.line,
    track: palette.track,
  }
  for (const [use, color] of Object.entries(palette.text)) groups[`text-${use}`] = color
  for (const [use, color] of Object.entries(palette.tint)) groups[`tint-${use}`] = color
  return Object.entries(groups)
    .map(([use, color]) => `--${use}:${color}`)
    .join(';')
}
