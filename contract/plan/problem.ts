/** Where in a plan: `['sources', 0, 'connector']`. */
export type PlanPath = readonly (string | number)[]

/** What is wrong with a plan, where, and what to do about it. */
export interface PlanProblem {
  /** From 1. */
  line: number
  /** From 1, in UTF-16 code units, as editors count. */
  column: number
  /** `sources[0].connector`; empty for the file as a whole. */
  path: string
  /** One sentence. Never a secret. */
  reason: string
  /** One sentence in the imperative. */
  remedy: string
  /** True when the line may hold a secret: it must not be shown. */
  sensitive: boolean
}

/** A problem before its position is looked up. */
export interface Fault {
  path: PlanPath
  reason: string
  remedy: string
  sensitive?: boolean
  /** `key`: point at the key itself, which is what is wrong. */
  at?: 'key' | 'value'
  /** The path that was probably meant: its absence is then no second problem. */
  meant?: string
}

export function pathText(path: PlanPath): string {
  let text = ''
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`
    else text += text === '' ? step : `.${step}`
  }
  return text
}
