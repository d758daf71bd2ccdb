import { chmod, lstat, readdir, rmdir, unlink } from 'node:fs/promises'
import { isGone } from './file-error.ts'
import { joinPath } from './walk.ts'

const removalsAtOnce = 32

/**
 * Removes a folder and all it holds, whatever the names and permissions. Links are removed, not followed. What
 * goes away meanwhile is fine. `last`: the name in the folder itself that goes after all others, so that a removal
 * cut short can still be told for what it is.
 */
export async function removeTree(folder: Buffer, options: { last?: string } = {}): Promise<void> {
  let names: Buffer[]
  try {
    const stats = await lstat(folder)
    if ((stats.mode & 0o700) !== 0o700) await chmod(folder, 0o700)
    names = await readdir(folder, { encoding: 'buffer' })
  } catch (error) {
    if (isGone(error)) return
    throw error
  }
  const last = options.last === undefined ? undefined : Buffer.from(options.last)
  const others = names.filter((name) => last === undefined || !name.equals(last))
  for (let at = 0; at < others.length; at += removalsAtOnce) {
    const paths = others.slice(at, at + removalsAtOnce).map((name) => joinPath(folder, name))
    const folders = await Promise.all(paths.map(async (path) => ((await removeFile(path)) ? [] : [path])))
    for (const path of folders.flat()) await removeTree(path)
  }
  if (last !== undefined) await removeFile(joinPath(folder, last))
  await rmdir(folder).catch((error) => {
    if (!isGone(error)) throw error
  })
}

/** False when it is a folder. */
async function removeFile(path: Buffer): Promise<boolean> {
  try {
    await unlink(path)
    return true
  } catch (error) {
    if (isGone(error)) return true
    const code = (error as NodeJS.ErrnoException).code
    // Linux says EISDIR, POSIX EPERM.
    if (code !== 'EISDIR' && code !== 'EPERM') throw error
    if (!(await lstat(path)).isDirectory()) throw error
    return false
  }
}
