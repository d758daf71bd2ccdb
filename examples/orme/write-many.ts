import { mkdir, utimes, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

export interface FileToWrite {
  /** Absolute; bytes where the name is not UTF-8. Its folder exists already when it is given as bytes. */
  path: string | Buffer
  content: string | Uint8Array
  modifiedAt: Date
  mode: number
}

/** Runs `work` over the items, `width` at a time, and stops at the first failure. */
export async function inParallel<T>(
  items: Iterable<T> | AsyncIterable<T>,
  width: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const running = new Set<Promise<void>>()
  for await (const item of items) {
    const job = work(item).finally(() => running.delete(job))
    // Awaited below; without a handler now, a failure while another is awaited would end the process.
    job.catch(() => undefined)
    running.add(job)
    if (running.size >= width) await Promise.race(running)
  }
  await Promise.all(running)
}

/** Writes files in parallel, making their folders, with the given mode whatever the umask. Returns their count. */
export async function writeMany(files: Iterable<FileToWrite>): Promise<number> {
  const folders = new Set<string>()
  let count = 0
  await inParallel(files, 16, async ({ path, content, modifiedAt, mode }) => {
    if (typeof path === 'string') {
      const folder = dirname(path)
      if (!folders.has(folder)) {
        await mkdir(folder, { recursive: true, mode: 0o755 })
        folders.add(folder)
      }
    }
    await writeFile(path, content, { mode, flag: 'wx' })
    await utimes(path, modifiedAt, modifiedAt)
    count++
  })
  return count
}
