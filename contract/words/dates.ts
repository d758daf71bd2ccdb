import { type Language, locales, type Words } from './language.ts'
import { formatNumber } from './numbers.ts'

const noBreakSpace = '\u00a0'

const durationUnits: Words<{ day: [one: string, many: string]; h: string; min: string; s: string }> = {
  fr: { day: ['jour', 'jours'], h: 'h', min: 'min', s: 's' },
  en: { day: ['day', 'days'], h: 'h', min: 'min', s: 's' },
}

function days(count: number, language: Language): string {
  const [one, many] = durationUnits[language].day
  const isOne = language === 'fr' ? count < 2 : count === 1
  return `${formatNumber(count, language)}${noBreakSpace}${isOne ? one : many}`
}

/** The two largest units that say something: `2 h 05 min`, `30 days`, `4.2 s` (tenths under 10 seconds). */
export function formatDuration(seconds: number, language: Language): string {
  const unit = durationUnits[language]
  if (!Number.isFinite(seconds)) return '—'
  if (seconds < 9.95) return `${formatNumber(seconds, language, 1)}${noBreakSpace}${unit.s}`
  const whole = Math.round(seconds)
  const join = (a: string, amount: number, name: string) =>
    amount === 0 ? a : `${a}${noBreakSpace}${String(amount).padStart(2, '0')}${noBreakSpace}${name}`
  if (whole < 60) return `${whole}${noBreakSpace}${unit.s}`
  if (whole < 3600) {
    return join(`${Math.floor(whole / 60)}${noBreakSpace}${unit.min}`, whole % 60, unit.s)
  }
  const minutes = Math.round(seconds / 60)
  if (minutes < 24 * 60) {
    return join(`${Math.floor(minutes / 60)}${noBreakSpace}${unit.h}`, minutes % 60, unit.min)
  }
  const hours = Math.round(seconds / 3600)
  const wholeDays = Math.floor(hours / 24)
  if (wholeDays >= 14 || hours % 24 === 0) return days(Math.round(hours / 24), language)
  return `${days(wholeDays, language)}${noBreakSpace}${hours % 24}${noBreakSpace}${unit.h}`
}

/** `30 juin 2027`, `30 June 2027`. A text that is no date is given back as it is. */
export function formatDate(date: string, language: Language, timeZone = 'UTC'): string {
  const instant = new Date(date)
  if (Number.isNaN(instant.getTime())) return date
  return new Intl.DateTimeFormat(locales[language], { dateStyle: 'long', timeZone }).format(instant)
}

/** Day, hour, minute and the name of the time zone, so that nobody has to guess it. */
export function formatDateTime(date: string, language: Language, timeZone = 'UTC'): string {
  const instant = new Date(date)
  if (Number.isNaN(instant.getTime())) return date
  return new Intl.DateTimeFormat(locales[language], {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'short',
    timeZone,
  }).format(instant)
}

/** Days as the clocks count them: `30 jours`, `0.4 days`. */
export function formatDays(count: number, language: Language): string {
  const [one, many] = durationUnits[language].day
  const rounded = count >= 10 ? Math.round(count) : Math.round(count * 10) / 10
  const isOne = language === 'fr' ? rounded < 2 : rounded === 1
  return `${formatNumber(rounded, language, 1)}${noBreakSpace}${isOne ? one : many}`
}
