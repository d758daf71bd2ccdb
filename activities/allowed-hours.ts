import type { PlanSource } from '../contract/plan/plan.ts'
import type { RunContext } from '../contract/run.ts'
import type { ActivityDependencies } from './dependencies.ts'
import { loadPlan } from './plan.ts'
import { sourceOf } from './source.ts'

type Window = PlanSource['allowedHours'][number]

/** When a source may be read: now until an instant, or only from one on. RFC 3339. */
export type AllowedHours = { open: true; until: string } | { open: false; opensAt: string }

const minuteMs = 60_000
const dayMinutes = 24 * 60
const weekMinutes = 7 * dayMinutes
const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']

export function allowedHoursActivities(dependencies: ActivityDependencies) {
  return {
    /** Computed here and not in the workflow: time zones change with the runtime. */
    async readAllowedHours(input: { run: RunContext; sourceId: string; at: string }): Promise<AllowedHours> {
      const plan = await loadPlan(dependencies, input.run)
      const { allowedHours } = sourceOf(plan, input.sourceId)
      return allowedHoursAt(allowedHours, new Date(input.at), plan.contract.calendar.timeZone)
    },
  }
}

/** Looks ahead minute by minute, at most a week and a day: every window comes round by then. */
export function allowedHoursAt(windows: readonly Window[], at: Date, timeZone: string): AllowedHours {
  const clock = new Intl.DateTimeFormat('en-US', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  })
  const isOpen = (instant: Date): boolean => {
    const parts = Object.fromEntries(clock.formatToParts(instant).map(({ type, value }) => [type, value]))
    const day = days.indexOf(parts.weekday!.toLowerCase())
    const minute = day * dayMinutes + Number(parts.hour) * 60 + Number(parts.minute)
    return windows.some((window) => window.days.some((name) => covers(window, days.indexOf(name), minute)))
  }
  const open = windows.length === 0 || isOpen(at)
  let instant = new Date(Math.floor(at.getTime() / minuteMs) * minuteMs)
  for (let step = 0; step <= weekMinutes + dayMinutes; step += 1) {
    instant = new Date(instant.getTime() + minuteMs)
    if (windows.length > 0 && isOpen(instant) !== open) {
      return open ? { open, until: instant.toISOString() } : { open, opensAt: instant.toISOString() }
    }
  }
  return { open: true, until: instant.toISOString() }
}

/** Whether a weekly window that opens on `day` covers a minute of the week; it may end on the next day. */
function covers(window: Window, day: number, minute: number): boolean {
  const from = day * dayMinutes + minutesOf(window.from)
  const length = (minutesOf(window.to) - minutesOf(window.from) + dayMinutes) % dayMinutes || dayMinutes
  return (minute - from + weekMinutes) % weekMinutes < length
}

function minutesOf(time: string): number {
  const [hours, minutes] = time.split(':').map(Number)
  return hours! * 60 + minutes!
}
