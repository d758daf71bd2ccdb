import type { FindingCode } from '../finding.ts'
import type { FindingValues } from '../finding-values.ts'

/** What a person reads of a finding: what it is, why we say so, and what to do about it. */
export interface FindingWords {
  /** A few words, no full stop. */
  title: string
  /** One or two sentences. */
  cause: string
  /** One or two sentences, addressed to whoever can act. */
  action: string
}

/** One code's sentences, as a function of its values. */
export type FindingTemplate<C extends FindingCode> = (values: FindingValues<C>) => FindingWords

export type FindingTemplates = { readonly [C in FindingCode]: FindingTemplate<C> }
