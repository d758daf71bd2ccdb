import { type ChildProcess, spawn } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { extractionWorkflowId, runWorkflowId } from '../../contract/signals.ts'
import { newSigningKey } from '../../packaging/signature.ts'
import { newKeyringLine } from '../../temporal/keyring.ts'
import type { BenchContext, Contender } from './contender.ts'
import { memoryHighWaterBytes } from './measure.ts'
import { quote } from './peers.ts'
import { benchContract, planFor } from './plan-for.ts'
import { timesOf } from './run-times.ts'

const commandLine = fileURLToPath(new URL('../../cli/main.ts', import.meta.url))
const node = quote(process.execPath)

/** Ours, through its own front door: a worker as a process, and `rehearse` as the command that is measured. */
export function ours(context: BenchContext): Contender[] {
  const { table, files } = context.workload
  const sources = {
    table: {
      connector: 'postgresql',
      config: { url: 'env:BENCH_DATABASE_URL' },
      connections: 4,
      environment: { BENCH_DATABASE_URL: context.stack.postgresql.url(table.database) },
    },
    files: { connector: 'files', config: { root: files.folder }, connections: 16, environment: {} },
  } as const
  return (['table', 'files'] as const).flatMap((task) => [
    contender(context, { task, ...sources[task], reconcile: false }),
    contender(context, { task, ...sources[task], reconcile: true }),
  ])
}

interface Ours {
  task: Contender['task']
  connector: 'postgresql' | 'files'
  config: Record<string, string>
  connections: number
  environment: Record<string, string>
  reconcile: boolean
}

function contender(context: BenchContext, ours: Ours): Contender {
  const { stack, scratch } = context
  const { task, reconcile } = ours
  const home = join(scratch, `ours-${task}-${reconcile}`)
  const plan = join(home, 'plan.yaml')
  const keyring = join(home, 'keyring')
  const signing = newSigningKey('bench')
  const environment = {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    ...stack.environment(),
    ...ours.environment,
    REVERSIBILITY_KEYRING: keyring,
    BENCH_SIGNING_KEY: signing.privateKeyOpenSsh,
  }
  const flags = `${reconcile ? '' : '--no-reconcile '}--keep --accept-findings --output ${quote(home)}`
  let worker: ChildProcess | undefined
  return {
    name: reconcile ? 'reversibility, counted at both ends' : 'reversibility',
    task,
    ours: true,
    does: reconcile
      ? 'as above, and each record counted and digested at the source and in the package'
      : 'hashed, signed, every volume read back from the bucket and hashed again',
    environment,
    async prepare() {
      await mkdir(home, { recursive: true })
      const { connector, config, connections } = ours
      const text = planFor({
        ...{ id: task, connector, config, connections },
        ...{ bucket: stack.s3.bucket, publicKey: signing.publicKeyLine },
      })
      await writeFile(plan, text)
      await writeFile(keyring, newKeyringLine('bench'), { mode: 0o600 })
      worker = await startWorker(environment)
    },
    alsoPids: () => (worker?.pid === undefined ? [] : [worker.pid]),
    command: (prefix) =>
      `${node} ${quote(commandLine)} rehearse ${quote(plan)} ${flags} --run-id ${runIdOf(prefix)} >&2`,
    async check(prefix) {
      const workerMemoryBytes = memoryHighWaterBytes(worker!.pid!)
      await stopWorker(worker!)
      const runId = runIdOf(prefix)
      const run = runWorkflowId(benchContract, runId)
      const times = await timesOf(stack.temporal, run, extractionWorkflowId(run, task))
      const report = JSON.parse(await readFile(join(home, runId, 'report.json'), 'utf8'))
      if (report.sources[0]?.outcome !== 'verified') throw new Error(`The run ${runId} did not verify.`)
      return {
        seconds: times.startToSealSeconds,
        own: {
          'worker MB': Math.round(workerMemoryBytes / 1e6),
          'events, run': times.runEvents,
          'events, source': times.sourceEvents,
        },
      }
    },
    async release() {
      if (worker !== undefined) await stopWorker(worker)
    },
  }
}

function runIdOf(prefix: string): string {
  return prefix.slice(`${benchContract}/`.length, -1)
}

async function startWorker(environment: NodeJS.ProcessEnv): Promise<ChildProcess> {
  const worker = spawn(process.execPath, [...nodeOptions(), commandLine, 'worker'], {
    env: environment,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  for await (const line of createInterface(worker.stderr!)) {
    if (line.startsWith('Ready')) {
      worker.stderr!.on('data', (text) => process.stderr.write(text))
      worker.stderr!.resume()
      return worker
    }
    said += `${line}\n`
  }
  throw new Error(`The worker did not start: ${said}`)
}

async function stopWorker(worker: ChildProcess): Promise<void> {
  if (worker.exitCode !== null || worker.signalCode !== null) return
  const ended = new Promise((resolve) => worker.once('exit', resolve))
  worker.kill('SIGTERM')
  await ended
}

/** `BENCH_NODE_OPTIONS="--cpu-prof --cpu-prof-dir=…"`: to profile the worker. */
function nodeOptions(): string[] {
  return (process.env.BENCH_NODE_OPTIONS ?? '').split(' ').filter((option) => option !== '')
}
