import { commandLine, identify, isAlive } from '../../stack/process-identity.ts'

const pollMilliseconds = 500

/**
 * Calls back once when the launcher that started this process has died without being able to pass that on (kill -9).
 * Started in any other way, a process may well outlive its parent: then nothing is watched. Returns how to stop watching.
 */
export function launcherGone(callback: () => void): () => void {
  const launcher = identify(process.ppid)
  const isLauncher = /\bbin\/(reversibility|tool\.mjs)\b/.test(commandLine(process.ppid))
  if (launcher === undefined || !isLauncher) return () => {}
  const timer = setInterval(() => {
    if (isAlive(launcher)) return
    clearInterval(timer)
    callback()
  }, pollMilliseconds)
  timer.unref()
  return () => clearInterval(timer)
}
