import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

export interface Measured {
  seconds: number
  /** Of the processor, in user and system mode, by the command and all its descendants that a sample saw. */
  cpuSeconds: number
  /** Sum of the highest resident sizes of the command's processes, each at its own moment: an upper bound. */
  peakMemoryBytes: number
  stdout: string
}

const sampleMilliseconds = 50
/** USER_HZ, which Linux has fixed at 100 for every architecture that Node runs on. */
const clockTicksPerSecond = 100

/**
 * Runs a shell pipeline (bash, `pipefail`) to its end and measures it. Throws with the end of what it said when any
 * of its commands fails. `alsoPids` are processes that work for it without being its descendants: counted with theirs,
 * their processor time from the start of the command, their memory from their own start. Linux only: processes are read from /proc. A process shorter than a sample is not seen.
 */
export async function measure(
  command: string,
  environment: NodeJS.ProcessEnv,
  alsoPids: readonly number[] = [],
): Promise<Measured> {
  const before = new Map<number, Sample>()
  for (const root of alsoPids) for (const pid of descendantsOf(root)) sampleProcess(pid, before)
  const startedAt = performance.now()
  const child = spawn('bash', ['-euo', 'pipefail', '-c', command], {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const peaks = new Map<number, Sample>()
  const sample = () => {
    const roots = child.pid === undefined ? alsoPids : [child.pid, ...alsoPids]
    const pids = new Set(roots.flatMap(descendantsOf))
    for (const pid of pids) sampleProcess(pid, peaks)
  }
  const timer = setInterval(sample, sampleMilliseconds)
  const stdout: Buffer[] = []
  let complaint = ''
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => {
    complaint = (complaint + chunk.toString()).slice(-4_000)
  })
  try {
    const code = await new Promise<number | string | null>((resolve, reject) => {
      child.once('error', reject)
      child.once('close', (exitCode, signal) => resolve(exitCode ?? signal))
    })
    const seconds = (performance.now() - startedAt) / 1000
    if (code !== 0) throw new Error(`A command ended with ${code}: ${command}\n${complaint.trim()}`)
    let [cpuTicks, peakMemoryBytes] = [0, 0]
    for (const [pid, seen] of peaks) {
      cpuTicks += seen.cpuTicks - (before.get(pid)?.cpuTicks ?? 0)
      peakMemoryBytes += seen.memoryBytes
    }
    return {
      seconds,
      cpuSeconds: cpuTicks / clockTicksPerSecond,
      peakMemoryBytes,
      stdout: Buffer.concat(stdout).toString(),
    }
  } finally {
    clearInterval(timer)
  }
}

/** The highest resident size of a process so far (VmHWM). */
export function memoryHighWaterBytes(pid: number): number {
  const samples = new Map<number, Sample>()
  sampleProcess(pid, samples)
  return samples.get(pid)?.memoryBytes ?? 0
}

interface Sample {
  memoryBytes: number
  cpuTicks: number
}

function sampleProcess(pid: number, peaks: Map<number, Sample>): void {
  const status = readProc(`/proc/${pid}/status`)
  const highest = /^VmHWM:\s+(\d+) kB/m.exec(status)?.[1]
  if (highest === undefined) return
  const fields = statFields(pid)
  peaks.set(pid, {
    memoryBytes: Math.max(peaks.get(pid)?.memoryBytes ?? 0, Number(highest) * 1024),
    // utime and stime, fields 14 and 15 of proc_pid_stat(5).
    cpuTicks: Number(fields[11] ?? 0) + Number(fields[12] ?? 0),
  })
}

function descendantsOf(root: number): number[] {
  const parents = new Map<number, number>()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const parent = statFields(Number(name))[1]
    if (parent !== undefined) parents.set(Number(name), Number(parent))
  }
  const found = [root]
  for (let index = 0; index < found.length; index++) {
    for (const [pid, parent] of parents) if (parent === found[index]) found.push(pid)
  }
  return found
}

/** From the state on: the command's name before it may hold anything, even parentheses. */
function statFields(pid: number): string[] {
  const text = readProc(`/proc/${pid}/stat`)
  return text === '' ? [] : text.slice(text.lastIndexOf(')') + 2).split(' ')
}

/** Empty for a process that has just ended, which is no fault of anyone's. */
function readProc(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ESRCH') return ''
    throw error
  }
}
