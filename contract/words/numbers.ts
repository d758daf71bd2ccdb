import { type Language, locales } from './language.ts'

const noBreakSpace = '\u00a0'
const byteUnits = {
  fr: ['o', 'ko', 'Mo', 'Go', 'To', 'Po', 'Eo'],
  en: ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB'],
} as const

const formats = new Map<string, Intl.NumberFormat>()

function numberFormat(language: Language, maximumFractionDigits: number): Intl.NumberFormat {
  const key = `${language}:${maximumFractionDigits}`
  let format = formats.get(key)
  if (format === undefined) {
    format = new Intl.NumberFormat(locales[language], { maximumFractionDigits })
    formats.set(key, format)
  }
  return format
}

/** `1 234 567` in French (narrow no-break spaces), `1,234,567` in English. */
export function formatNumber(value: number, language: Language, maximumFractionDigits = 0): string {
  return numberFormat(language, maximumFractionDigits).format(value)
}

/** Decimal units, three significant digits: `1,05 Go` in French, which counts in octets; `1.05 GB` in English. */
export function formatBytes(bytes: number, language: Language): string {
  let power = 0
  let value = bytes
  while (Math.abs(value) >= 999.5 && power < byteUnits.en.length - 1) {
    value /= 1000
    power += 1
  }
  const magnitude = Math.abs(value)
  const digits = power === 0 || magnitude >= 99.95 ? 0 : magnitude >= 9.995 ? 1 : 2
  return `${formatNumber(value, language, digits)}${noBreakSpace}${byteUnits[language][power]}`
}

/** `92 Mo/s`. */
export function formatRate(bytesPerSecond: number, language: Language): string {
  return `${formatBytes(bytesPerSecond, language)}/s`
}

/** From a ratio (0.61) to `61 %`; never rounded up to 100 before it is complete, nor down to 0 once begun. */
export function formatPercent(ratio: number, language: Language): string {
  const whole = Math.floor(ratio * 100 + 1e-9)
  const number = ratio > 0 && whole === 0 ? `<${noBreakSpace}1` : formatNumber(whole, language)
  return language === 'fr' ? `${number}${noBreakSpace}%` : `${number.replace(noBreakSpace, '')}%`
}
