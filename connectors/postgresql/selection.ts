import picomatch from 'picomatch'

/** The plan's globs over dataset ids. Definitions are always handed over: data without them cannot be restored. */
export interface Selection {
  includes(datasetId: string): boolean
}

export function selectionOf({ include, exclude }: { include: string[]; exclude: string[] }): Selection {
  const options = { dot: true, nonegate: true }
  const isIncluded = include.length === 0 ? () => true : picomatch(include, options)
  const isExcluded = exclude.length === 0 ? () => false : picomatch(exclude, options)
  return { includes: (id) => isIncluded(id) && !isExcluded(id) }
}
