import { ReversibilityError } from '../../contract/errors.ts'
import { displayPath } from './entry.ts'

const maxPathBytes = 16_384

/**
 * The relative path that a name in an archive stands for, its segments proper names each. Empty for the root itself.
 * Throws `integrity-mismatch` for every name that could lead out of the target or mean two things: absolute, with
 * `..` or an inner `.`, with an empty segment, with a NUL byte.
 */
export function safePath(name: Buffer): Buffer {
  let start = 0
  let end = name.length
  while (name[start] === 0x2e && name[start + 1] === 0x2f) start += 2
  while (end > start && name[end - 1] === 0x2f) end--
  const path = name.subarray(start, end)
  if (name.length === 0 || name[0] === 0x2f || name.length > maxPathBytes || name.includes(0)) {
    throw unsafe(name)
  }
  if (path.length === 0 || (path.length === 1 && path[0] === 0x2e)) return Buffer.alloc(0)
  for (const segment of path.toString('latin1').split('/')) {
    if (segment === '' || segment === '.' || segment === '..') throw unsafe(name)
  }
  return path
}

function unsafe(name: Buffer): ReversibilityError {
  const shown = displayPath(name.subarray(0, 200))
  return new ReversibilityError(
    'integrity-mismatch',
    `The archive names ${JSON.stringify(shown)}, which is no path below its root.`,
    {
      remedy: 'Do not use this package: its maker does not write such names.',
      subject: shown,
    },
  )
}
