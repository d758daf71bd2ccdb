import { sameFingerprint } from './fingerprint.ts'
import type { DatasetResult, SourceResult } from './status.ts'

/**
 * What setting a dataset's counts side by side says:
 * - `same`: what the source counted is what was proved at the far end (restored, or in the package when nothing was restored);
 * - `differs`: one side holds something else than the source;
 * - `unchecked`: the source counted, and the proof that was due is not there;
 * - `uncounted`: it holds no records (definitions, scripts): hashes alone speak for it.
 */
export const comparisons = ['same', 'differs', 'unchecked', 'uncounted'] as const
export type Comparison = (typeof comparisons)[number]

/** Pure. A restore proves the package it was loaded from, so that a restored source needs no count of its package. */
export function compareDataset(dataset: DatasetResult, outcome: SourceResult['outcome']): Comparison {
  const { source, package: packaged, restored } = dataset
  if (source === null) return packaged === null && restored === null ? 'uncounted' : 'unchecked'
  if (packaged !== null && !sameFingerprint(source, packaged)) return 'differs'
  if (restored !== null && !sameFingerprint(source, restored)) return 'differs'
  const proof = outcome === 'restored' ? restored : (restored ?? packaged)
  return proof === null ? 'unchecked' : 'same'
}
