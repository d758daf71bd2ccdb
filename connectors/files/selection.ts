import picomatch from 'picomatch'

export interface TreeSelection {
  /** What the plan says of an entry. `excluded` for a folder: nothing below it is wanted either. */
  of(path: Buffer, isFolder: boolean): 'wanted' | 'excluded' | 'not-included'
}

/** Characters that a glob's `.` does not match although a file's name may hold them. */
const lineEnds = /[\n\r\u2028\u2029]/g

/** The text that globs are tried on: accents composed, so that a plan typed on one system finds names made on another. */
export function matchable(path: Buffer): string {
  return path.toString('utf8').normalize('NFC').replace(lineEnds, '\uFFFC')
}

export function globMatcher(globs: string[]): (path: Buffer) => boolean {
  const matches = picomatch(
    globs.map((glob) => glob.normalize('NFC').replace(/^\.?\//, '')),
    { dot: true, nonegate: true },
  )
  return (path) => matches(matchable(path))
}

/**
 * Reads a plan's `include` and `exclude` over the paths of a tree, relative to its root. Globs as shells have them,
 * `**` over any number of folders; names that begin with a dot are like any other. An excluded folder is excluded whole.
 */
export function treeSelection(selection: { include: string[]; exclude: string[] }): TreeSelection {
  const { include, exclude } = selection
  const excluded = exclude.length === 0 ? () => false : globMatcher(exclude)
  const includesAll = include.length === 0 || include.includes('**') || include.includes('**/*')
  const included = includesAll ? () => true : globMatcher(include)
  const leadsTo = include.map(folderMatcher)
  const mayHoldWanted = (folder: string) => leadsTo.some((leads) => leads(folder))

  return {
    of(path, isFolder) {
      if (excluded(path)) return 'excluded'
      if (included(path)) return 'wanted'
      return isFolder && mayHoldWanted(matchable(path)) ? 'wanted' : 'not-included'
    },
  }
}

/** Says whether anything below a folder could match the glob. When that cannot be told, it could. */
function folderMatcher(glob: string): (folder: string) => boolean {
  const plain = glob.normalize('NFC').replace(/^\.?\//, '')
  // Groups may hold slashes of their own: only what comes before the first is sure.
  if (/[{(]/.test(plain)) {
    const { base } = picomatch.scan(plain)
    return (folder) => base === '' || base === folder || isUnder(base, folder) || isUnder(folder, base)
  }
  const segments = plain.split('/')
  const deep = segments.findIndex((segment) => segment.includes('**'))
  const certain = segments.slice(0, deep < 0 ? segments.length - 1 : deep)
  const matchers = certain.map((segment) => picomatch(segment, { dot: true, nonegate: true }))
  return (folder) => {
    const names = folder.split('/')
    if (deep < 0 && names.length > matchers.length) return false
    return names.slice(0, matchers.length).every((name, at) => matchers[at]!(name))
  }
}

function isUnder(path: string, folder: string): boolean {
  return path.startsWith(`${folder}/`)
}
