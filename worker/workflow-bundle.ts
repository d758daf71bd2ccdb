import { spawn } from 'node:child_process'
import { extname } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

/**
 * The workflows as one script, made by another process: the bundler takes more memory than the work itself, and what it
 * leaves behind would be gone through at each garbage collection. Throws with what the bundler said.
 */
export async function bundleWorkflows(): Promise<{ code: string }> {
  const here = import.meta.url
  const script = fileURLToPath(new URL(`./write-workflow-bundle${extname(here)}`, here))
  const bundler = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = new Promise<number | null>((resolve, reject) => {
    bundler.once('error', reject)
    bundler.once('close', resolve)
  })
  const [code, said, exitCode] = await Promise.all([text(bundler.stdout), text(bundler.stderr), ended])
  if (exitCode !== 0) throw new Error(`The workflows could not be bundled: ${said.trim()}`)
  return { code }
}
