import type { Plan, PlanSource } from '../plan/plan.ts'
import { weekdays } from '../plan/weekdays.ts'
import type { Clock } from './clock.ts'

const minutesPerDay = 1440
const minutesPerWeek = 7 * minutesPerDay

/** For each source with allowed hours, the longest time for which it may be read without a break. */
export function transferWindows(plan: Plan): Clock[] {
  return plan.sources.flatMap((source, index): Clock[] => {
    if (source.allowedHours.length === 0) return []
    const minutes = longestOpening(source.allowedHours)
    // Open without a break all week: nothing to fit in.
    if (minutes === minutesPerWeek) return []
    return [
      {
        id: `plan/window/${source.id}`,
        title: {
          fr: `Plage de lecture autorisée de « ${source.title} »`,
          en: `Allowed reading window of ‘${source.title}’`,
        },
        source: `plan, sources[${index}].allowedHours`,
        nature: 'plan',
        from: 'transition-start',
        to: 'return',
        bound: 'at-most',
        duration: durationText(minutes),
        days: 'calendar',
        allowedSeconds: minutes * 60,
        strictest: true,
        measures: 'source',
        sourceId: source.id,
      },
    ]
  })
}

function durationText(minutes: number): string {
  const hours = Math.floor(minutes / 60)
  const rest = minutes % 60
  return `PT${hours > 0 ? `${hours}H` : ''}${rest > 0 ? `${rest}M` : ''}`
}

/** Minutes of the longest run of open minutes in a week that wraps around. Clock changes are not counted. */
function longestOpening(windows: PlanSource['allowedHours']): number {
  const open = new Uint8Array(minutesPerWeek)
  for (const { days, from, to } of windows) {
    const start = minuteOf(from)
    const length = minuteOf(to) > start ? minuteOf(to) - start : minuteOf(to) + minutesPerDay - start
    for (const day of days) {
      const first = weekdays.indexOf(day) * minutesPerDay + start
      for (let minute = first; minute < first + length; minute++) open[minute % minutesPerWeek] = 1
    }
  }
  let longest = 0
  let run = 0
  for (let minute = 0; minute < 2 * minutesPerWeek; minute++) {
    run = open[minute % minutesPerWeek] === 1 ? run + 1 : 0
    longest = Math.max(longest, run)
  }
  return Math.min(longest, minutesPerWeek)
}

function minuteOf(time: string): number {
  const [hours, minutes] = time.split(':').map(Number)
  return (hours ?? 0) * 60 + (minutes ?? 0)
}
