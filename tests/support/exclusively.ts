import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'

/** Runs `work` in one process at a time: test files run side by side and must not install the same tool at once. */
export function exclusively(lock: string, work: () => void): void {
  const deadline = Date.now() + 600_000
  for (;;) {
    try {
      const file = openSync(lock, 'wx')
      writeSync(file, String(process.pid))
      closeSync(file)
      break
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause
      if (!isHeld(lock)) rmSync(lock, { force: true })
      else if (Date.now() > deadline) throw new Error(`${lock} is held by another process for ten minutes`)
      else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200)
    }
  }
  try {
    work()
  } finally {
    rmSync(lock, { force: true })
  }
}

function isHeld(lock: string): boolean {
  let text: string
  try {
    text = readFileSync(lock, 'utf8')
  } catch {
    return false
  }
  // Just made, its owner not written yet.
  if (text === '') return true
  try {
    process.kill(Number(text), 0)
    return true
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === 'EPERM'
  }
}
