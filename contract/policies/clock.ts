import type { Milestone, Nature, Words } from './policy.ts'

/** A clock of one contract, with the days that it means there. */
export interface Clock {
  /** Unique in the plan: `eu-data-act@1/transition`, `clause/…`, `plan/…`. */
  id: string
  title: Words
  /** Article, clause, or the plan's own field, in the language of the contract. */
  source: string
  nature: Nature
  from: Milestone
  to: Milestone
  bound: 'at-most' | 'at-least'
  /** As written: `P30D`. */
  duration: string
  days: 'calendar' | 'working'
  allowedSeconds: number
  /** Days, `2027-06-30`, projected on the end of the contract; absent where nothing dates them. */
  startsOn?: string
  endsOn?: string
  /** When it runs only if somebody invokes it. */
  condition?: Words
  /** True for the clock that decides among those with the same ends and bound. */
  strictest: boolean
  /**
   * What of a rehearsal is held against it: `transfer`, the whole time to extract and restore; `source`, that of
   * one source, whose reading must fit in one opening of its allowed hours. Null: nothing measurable.
   */
  measures: 'transfer' | 'source' | null
  sourceId?: string
}
