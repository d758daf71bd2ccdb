/** A text in both languages of the interface. */
export interface Words {
  fr: string
  en: string
}

/**
 * The instants between which clocks run, in the order in which they come when a contract ends.
 * `transition-start` is also the end of the notice; `return` is when all data has been given back.
 */
export const milestones = [
  'rehearsal',
  'notice',
  'extension-answer',
  'transition-start',
  'transition-end',
  'contract-end',
  'return',
  'retrieval-end',
  'formal-notice',
  'erasure',
] as const
export type Milestone = (typeof milestones)[number]

/** `law` binds by itself; `standard` by certification or by reference in the contract; `clause` is the contract's own; `plan` is what a plan allows or promises itself; `practice` binds nobody. */
export type Nature = 'law' | 'standard' | 'clause' | 'plan' | 'practice'

/** An article of a European regulation as both languages cite it: `regulation('2023/2854', '25(2)(d)')`. */
export function regulation(number: string, article: string): Words {
  return { fr: `Règlement (UE) ${number}, art. ${article}`, en: `Regulation (EU) ${number}, art. ${article}` }
}

/** A text that is cited the same in both languages. */
export function same(text: string): Words {
  return { fr: text, en: text }
}

/** A deadline as data. `at-most`: the second instant comes no later than this; `at-least`: no sooner. */
export interface PolicyClock {
  id: string
  title: Words
  /** Article and paragraph. */
  article: Words
  from: Milestone
  to: Milestone
  /** ISO 8601; whole days when `days` is `working`. */
  duration: string
  days: 'calendar' | 'working'
  bound: 'at-most' | 'at-least'
  nature: Nature
  /** Runs only when this is so: a right that somebody has to invoke. */
  condition?: Words
  /** Runs only where a service of the plan is critical. */
  onlyCritical?: boolean
}

/** Something owed that has no figure: it is reported, not counted down. */
export interface PolicyDuty {
  id: string
  title: Words
  article: Words
  nature: Nature
}

/** One version of one policy. A new reading of the text is a new version: contracts keep the one they named. */
export interface Policy {
  /** `eu-data-act@1` */
  id: string
  title: Words
  /** Whom and what it binds. */
  scope: Words
  /** First day on which it applies, when it has one. */
  appliesFrom?: string
  clocks: readonly PolicyClock[]
  duties: readonly PolicyDuty[]
}
