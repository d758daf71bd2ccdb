import type { Finding, FindingCode, Severity } from './finding.ts'

type FieldKind = 'string' | 'number' | 'string?' | 'number?'

/**
 * What each code of a finding carries in `values`. A `?` marks what may be absent. Whoever emits a finding goes
 * through `newFinding`, so that the interface always has the facts that its sentences need.
 */
export const findingFields = {
  /** Reached by a declared source's access, and named by no source and no exclusion. `address` without credentials. */
  'undeclared-system': { address: 'string', title: 'string', bytes: 'number?' },
  /** `document`: its id in the plan; `path`: where it was looked for. */
  'missing-document': { document: 'string', title: 'string', path: 'string' },
  /** `modifiedAt`: RFC 3339. Both ages in days. */
  'stale-document': {
    document: 'string',
    title: 'string',
    path: 'string',
    modifiedAt: 'string',
    maxAgeDays: 'number',
    ageDays: 'number',
  },
  /** `count`: how many in all when one finding speaks for several, `item` being the first. */
  'omitted-entry': { dataset: 'string', item: 'string', reason: 'string', count: 'number?' },
  /** `ratioPercent`: 100 × real ÷ declared. `workUnits`: what the difference does to the bill, signed. */
  'volume-far-from-declared': {
    declaredBytes: 'number',
    realBytes: 'number',
    ratioPercent: 'number',
    workUnits: 'number?',
  },
  /** `detail`: the failure's message; `remedy`: its remedy. */
  'access-denied': { detail: 'string', remedy: 'string' },
  'partial-access': { item: 'string', reason: 'string', remedy: 'string' },
  'source-unreachable': { detail: 'string' },
  'source-failed': { detail: 'string', remedy: 'string' },
  /** `side`: `package` or `restored`, whichever does not agree with the source. Same counts mean other contents. */
  'fingerprint-mismatch': {
    dataset: 'string',
    side: 'string',
    sourceRecords: 'number',
    otherRecords: 'number',
  },
  'restore-failed': { detail: 'string', remedy: 'string' },
  'not-restored': { reason: 'string' },
  'changed-while-read': { item: 'string' },
  /** `clock`: its title; `article`: the article or clause. */
  'clock-endangered': { clock: 'string', article: 'string', allowedDays: 'number', neededDays: 'number' },
  'knowledge-not-planned': { topic: 'string' },
  /** `count`: object versions still in the store after the erasure. */
  'copies-not-erased': { count: 'number' },
  'empty-source': {},
} as const satisfies Record<FindingCode, Record<string, FieldKind>>

type Fields<C extends FindingCode> = (typeof findingFields)[C]
type TypeOf<Kind> = Kind extends 'string' | 'string?' ? string : number
type OptionalKeys<F> = { [K in keyof F]: F[K] extends 'string?' | 'number?' ? K : never }[keyof F]

/** The values of one code, by name and type. */
export type FindingValues<C extends FindingCode> = {
  [K in Exclude<keyof Fields<C>, OptionalKeys<Fields<C>>>]: TypeOf<Fields<C>[K]>
} & { [K in OptionalKeys<Fields<C>>]?: TypeOf<Fields<C>[K]> }

/** A finding with the values that its code calls for. `subject` as in `source:erp`, `document:dex`. */
export function newFinding<C extends FindingCode>(
  code: C,
  severity: Severity,
  subject: string,
  values: FindingValues<C>,
): Finding {
  return { code, severity, subject, values: { ...values } as Record<string, string | number> }
}

/** The values as their code's own type; undefined when one is missing or of another type (a report made elsewhere). */
export function valuesOf<C extends FindingCode>(
  code: C,
  values: Finding['values'],
): FindingValues<C> | undefined {
  for (const [name, kind] of Object.entries(findingFields[code] as Record<string, FieldKind>)) {
    const value = values[name]
    const optional = kind.endsWith('?')
    if (value === undefined && optional) continue
    if (typeof value !== kind.replace('?', '')) return undefined
  }
  return values as FindingValues<C>
}
