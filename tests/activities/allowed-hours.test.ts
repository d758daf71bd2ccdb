import { expect, test } from 'vitest'
import { allowedHoursAt } from '../../activities/allowed-hours.ts'
import type { PlanSource } from '../../contract/plan/plan.ts'

type Windows = PlanSource['allowedHours']
const nights: Windows = [{ days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '20:00', to: '06:00' }]
const paris = 'Europe/Paris'

test('a source without hours may always be read', () => {
  expect(allowedHoursAt([], new Date('2027-01-04T10:00:00Z'), paris).open).toBe(true)
})

test('a source opens at the hour of its own time zone', () => {
  // Monday 10:00 in Paris: opens at 20:00 there, which is 19:00 UTC in winter.
  const hours = allowedHoursAt(nights, new Date('2027-01-04T09:00:00Z'), paris)
  expect(hours).toEqual({ open: false, opensAt: '2027-01-04T19:00:00.000Z' })
})

test('a night belongs to the day on which it began', () => {
  // Saturday 02:00 in Paris is still Friday's night, which ends at 06:00.
  const hours = allowedHoursAt(nights, new Date('2027-01-09T01:00:00Z'), paris)
  expect(hours).toEqual({ open: true, until: '2027-01-09T05:00:00.000Z' })
})

test('a week-end is waited for to its end', () => {
  const hours = allowedHoursAt(nights, new Date('2027-01-09T10:00:00Z'), paris)
  expect(hours).toEqual({ open: false, opensAt: '2027-01-11T19:00:00.000Z' })
})

test('the clock going forward shortens the night and no more', () => {
  // 28 March 2027, 02:00 becomes 03:00 in Paris: Sunday 22:00 to 04:00 local ends at 02:00 UTC.
  const sunday: Windows = [{ days: ['sat'], from: '22:00', to: '04:00' }]
  const hours = allowedHoursAt(sunday, new Date('2027-03-27T22:00:00Z'), paris)
  expect(hours).toEqual({ open: true, until: '2027-03-28T02:00:00.000Z' })
})

test('hours that cover the whole week never close', () => {
  const always: Windows = [
    { days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], from: '00:00', to: '00:00' },
  ]
  expect(allowedHoursAt(always, new Date('2027-01-04T10:00:00Z'), paris).open).toBe(true)
})
