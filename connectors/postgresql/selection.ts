import picomatch from 'picomatch'

/** The plan's globs over dataset ids. Definitions are always handed over: data without them cannot be restored. */
export interface Selection {
  includes(datasetId: string): boolean
}

export function selectionOf({ include, exclude }: { include: string[]; exclude: string[] }): Selection {
  // `s`: a name may hold an end of line, which `**` must match too.
  const options = { dot: true, nonegate: true, flags: 's' }
  // Everything is everything: a path's `..` means nothing in a name.
  const isIncluded = include.length === 0 || include.includes('**') ? () => true : picomatch(include, options)
  const isExcluded = exclude.length === 0 ? () => false : picomatch(exclude, options)
  return { includes: (id) => isIncluded(id) && !isExcluded(id) }
}
