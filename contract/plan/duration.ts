/** A duration as ISO 8601 writes it, taken apart. Months and years have no fixed length: add it to a date to know. */
export interface Duration {
  years: number
  months: number
  weeks: number
  days: number
  hours: number
  minutes: number
  seconds: number
}

const pattern =
  /^P(?=\d|T\d)(?:(\d{1,4})Y)?(?:(\d{1,4})M)?(?:(\d{1,4})W)?(?:(\d{1,5})D)?(?:T(?=\d)(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,9})S)?)?$/

/** Undefined when the text is not an ISO 8601 duration (`P30D`, `P6M`, `PT4H30M`), whole numbers only. */
export function parseDuration(text: string): Duration | undefined {
  const found = pattern.exec(text)
  if (found === null) return undefined
  const [years, months, weeks, days, hours, minutes, seconds] = found
    .slice(1)
    .map((part) => Number(part ?? 0))
  return {
    years: years ?? 0,
    months: months ?? 0,
    weeks: weeks ?? 0,
    days: days ?? 0,
    hours: hours ?? 0,
    minutes: minutes ?? 0,
    seconds: seconds ?? 0,
  }
}

/**
 * The instant that lies a duration after (or, with `direction` -1, before) another, in UTC. Months first, kept
 * within the month: 31 January plus a month is the last of February, as RFC 5545 and Temporal's `constrain` have it.
 */
export function addDuration(from: Date, duration: Duration, direction: 1 | -1 = 1): Date {
  const result = new Date(from)
  const dayOfMonth = result.getUTCDate()
  result.setUTCDate(1)
  result.setUTCMonth(result.getUTCMonth() + direction * (duration.years * 12 + duration.months))
  const daysInMonth = new Date(Date.UTC(result.getUTCFullYear(), result.getUTCMonth() + 1, 0)).getUTCDate()
  result.setUTCDate(Math.min(dayOfMonth, daysInMonth))
  result.setUTCDate(result.getUTCDate() + direction * (duration.weeks * 7 + duration.days))
  const seconds = duration.hours * 3600 + duration.minutes * 60 + duration.seconds
  return new Date(result.getTime() + direction * seconds * 1000)
}

const secondsPerDay = 86_400

/**
 * The length of a duration where no date anchors it: a month counts for 30 days and a year for 365, the shortest
 * that a person would mean, so that what fits here fits whatever the months. Throws on text that does not parse.
 */
export function durationSeconds(text: string): number {
  const duration = parseDuration(text)
  if (duration === undefined) throw new RangeError(`not an ISO 8601 duration: ${text}`)
  const days = duration.years * 365 + duration.months * 30 + duration.weeks * 7 + duration.days
  return days * secondsPerDay + duration.hours * 3600 + duration.minutes * 60 + duration.seconds
}
