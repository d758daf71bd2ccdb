import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'

/** Leaves a Unix socket that nobody listens on, as a killed daemon does: an entry that no copy can carry. */
export async function leaveSocket(folder: string, name: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  // A server that closes removes its socket; one that is killed leaves it. The path is relative to the
  // working folder because a socket's full path may not exceed 107 bytes.
  const script = `require('node:net').createServer().listen(${JSON.stringify(name)}, () => process.stdout.write('ready'))`
  const child = spawn(process.execPath, ['--eval', script], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exited = once(child, 'exit')
  let complaint = ''
  child.stderr.on('data', (chunk: Buffer) => {
    complaint += chunk.toString()
  })
  const outcome = await Promise.race([
    once(child.stdout, 'data').then(() => 'ready' as const),
    exited.then(() => 'ended' as const),
  ])
  child.kill('SIGKILL')
  await exited
  if (outcome === 'ended') throw new Error(`No socket could be made in ${folder}: ${complaint.trim()}`)
}
