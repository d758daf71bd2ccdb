import { readdirSync, readlinkSync } from 'node:fs'

/** How many files this process holds open below a folder, or that have no name any more. */
export function countOpenBelow(folder: string): number {
  let count = 0
  for (const fd of readdirSync('/proc/self/fd')) {
    try {
      const target = readlinkSync(`/proc/self/fd/${fd}`)
      if (
        target.startsWith(`${folder}/`) ||
        (target.includes('/reversibility-') && target.endsWith(' (deleted)'))
      )
        count++
    } catch (error) {
      // The descriptor that listed the folder is gone by now.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    }
  }
  return count
}
