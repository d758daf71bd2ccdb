import type { ComparedDataset } from './summary.ts'

/** True when a dataset differs although every count agrees: its numbers alone would look right. */
export function hasOtherContent({ dataset, comparison }: ComparedDataset): boolean {
  if (comparison !== 'differs') return false
  const counts = [dataset.source, dataset.package, dataset.restored].flatMap((side) => side?.records ?? [])
  return new Set(counts).size === 1
}
