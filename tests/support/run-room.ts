import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { inject } from 'vitest'
import { parse, stringify } from 'yaml'
import type { RunRef } from '../../contract/layout.ts'
import type { RunReport } from '../../contract/report.ts'
import { S3Store } from '../../store/s3-store.ts'
import { newKeyringLine } from '../../temporal/keyring.ts'
import { type Ended, jsonLines, type Running, startCli } from './cli.ts'
import type {} from './global-setup.ts'
import type { LoosePlan } from './small-plan.ts'

const examplePlan = fileURLToPath(new URL('../../examples/orme/plan.yaml', import.meta.url))

/** Patience of runs in tests: what fails for good is known in seconds. */
const quickTuning = {
  REVERSIBILITY_HEARTBEAT_SECONDS: '3',
  REVERSIBILITY_MAX_ATTEMPTS: '4',
  REVERSIBILITY_MAX_BACKOFF_SECONDS: '2',
}

/**
 * What one test file needs to use the product as people do: a folder, a task queue and a keyring of its own, and the
 * environment of its processes. Servers are the tests' own, by address: nothing is embedded.
 */
export interface Room {
  folder: string
  taskQueue: string
  environment: Record<string, string>
  store: S3Store
  /** Writes a plan made from the example's. Answers its path. */
  plan(name: string, change: (plan: LoosePlan) => void): string
  start(...args: string[]): Running
  run(...args: string[]): Promise<Ended>
  /** Starts a worker and waits until it takes work. */
  startWorker(change?: Record<string, string>): Promise<Running>
  /** Starts a rehearsal with `--json` and a run id of its own. */
  rehearse(plan: string, ...args: string[]): Rehearsing
  close(): Promise<void>
}

export interface Rehearsing extends Running {
  run: RunRef
}

export function openRoom(label: string, environment: Record<string, string>): Room {
  const folder = mkdtempSync(join(tmpdir(), `reversibility-${label}-`))
  const taskQueue = `${label}-${randomBytes(6).toString('hex')}`
  const keyring = join(folder, 'keyring')
  writeFileSync(keyring, newKeyringLine('tests'), { mode: 0o600 })
  const all: Record<string, string> = {
    ...inject('stack').environment,
    ...quickTuning,
    ...environment,
    REVERSIBILITY_KEYRING: keyring,
  }
  // The store takes its credentials where the SDK of S3 looks for them.
  process.env.AWS_ACCESS_KEY_ID = all.AWS_ACCESS_KEY_ID
  process.env.AWS_SECRET_ACCESS_KEY = all.AWS_SECRET_ACCESS_KEY
  const store = new S3Store({ bucket: all.S3_BUCKET!, region: all.S3_REGION!, endpoint: all.S3_ENDPOINT! })
  const workers: Running[] = []
  const start = (...args: string[]) => startCli(args, { cwd: folder, environment: all })

  return {
    folder,
    taskQueue,
    environment: all,
    store,
    plan(name, change) {
      const plan: LoosePlan = parse(readFileSync(examplePlan, 'utf8'))
      change(plan)
      const path = join(folder, `${name}.yaml`)
      writeFileSync(path, stringify(plan))
      return path
    },
    start,
    run: (...args) => start(...args).ended,
    async startWorker(change = {}) {
      const worker = startCli(['worker', '--task-queue', taskQueue], {
        cwd: folder,
        environment: { ...all, ...change },
      })
      workers.push(worker)
      await worker.until('stderr', (said) => said.includes('Ready'))
      return worker
    },
    rehearse(plan, ...args) {
      const runId = `${label}-${randomBytes(6).toString('hex')}`
      const { id } = parse(readFileSync(plan, 'utf8')).contract
      const running = start(
        ...['rehearse', plan, '--json', '--run-id', runId, '--task-queue', taskQueue],
        ...['--output', folder, ...args],
      )
      return { ...running, run: { contractId: id, runId } }
    },
    async close() {
      // One that a test left frozen must wake up to end.
      for (const signal of ['SIGTERM', 'SIGCONT'] as const) for (const worker of workers) worker.kill(signal)
      await Promise.all(workers.map(({ ended }) => ended))
      store.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** The example's plan as it stands. */
export { examplePlan }

/** The one summary that a rehearsal ends in: its report. */
export function reportOf({ stdout, output }: Ended): RunReport {
  const last = jsonLines<{ type: string } & RunReport>(stdout).at(-1)
  if (last?.type !== 'summary') throw new Error(`there is no summary:\n${output}`)
  return last
}
