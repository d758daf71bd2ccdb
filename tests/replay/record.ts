/**
 * Records the history of every path through the workflows, once a release: node bin/tool.mjs tests/replay/record.ts
 * What is recorded already is left alone.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse, stringify } from 'yaml'
import { extractionWorkflowId, runWorkflowId } from '../../contract/signals.ts'
import { generateExample } from '../../examples/orme/generate.ts'
import { generateTable } from '../../examples/sizes.ts'
import { findTool } from '../../stack/find-tool.ts'
import { openStack } from '../../stack/open-stack.ts'
import { type Running, startCli } from '../support/cli.ts'
import { smallTree, withSmallSources } from '../support/small-plan.ts'
import { keyringFile, type Path, paths, recordedFolder } from './recorded.ts'

const repository = fileURLToPath(new URL('../../', import.meta.url))
const { version } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as { version: string }
const sources = ['erp', 'partage'] as const
const fileOf = (path: Path, workflow: string) => join(recordedFolder, `${version}-${path}-${workflow}.json`)

const temporal = findTool('temporal', process.env) ?? 'temporal'
const folder = mkdtempSync(join(tmpdir(), 'reversibility-record-'))
const stack = await openStack({ root: join(repository, '.stack', 'tests') })
try {
  for (const path of paths) {
    if (existsSync(fileOf(path, 'run'))) process.stderr.write(`${version} ${path}: is recorded already\n`)
    else await record(path)
  }
} finally {
  await stack.stop()
  rmSync(folder, { recursive: true, force: true })
}

async function record(path: Path): Promise<void> {
  const serverUrl = stack.postgresql.url('postgres')
  await generateTable({ serverUrl, database: 'recorded', bytes: 1_000_000 })
  const example = await generateExample({
    serverUrl,
    folder: join(repository, '.stack', 'tests', 'example'),
    seed: 42,
  })
  const database = new URL(serverUrl)
  database.pathname = path === 'source-failed' ? '/there_is_no_such_database' : '/recorded'
  const environment = {
    ...stack.environment(),
    ...example.environment,
    RECORDED_URL: database.href,
    RECORDED_TREE: smallTree(folder),
    RECORDED_SCRATCH_URL: serverUrl,
    REVERSIBILITY_KEYRING: keyringFile,
    REVERSIBILITY_HEARTBEAT_SECONDS: '3',
  }
  const plan = parse(readFileSync(join(repository, 'examples', 'orme', 'plan.yaml'), 'utf8'))
  withSmallSources(plan, { erp: 'env:RECORDED_URL', partage: 'env:RECORDED_TREE' })
  plan.rehearsal.restoreTargets.erp.config.server = 'env:RECORDED_SCRATCH_URL'
  // Time enough to be cut short.
  if (path === 'cancelled' || path === 'epoch-lost') plan.sources[0].limits.bandwidth = '2 Mo'
  const planFile = join(folder, `${path}.yaml`)
  writeFileSync(planFile, stringify(plan))

  const at = { cwd: folder, environment }
  const runId = `recorded-${path}-${Date.now()}`
  const taskQueue = runId
  const startWorker = async (): Promise<Running> => {
    const worker = startCli(['worker', '--task-queue', taskQueue], at)
    await worker.until('stderr', (said) => said.includes('Ready'))
    return worker
  }
  let worker = await startWorker()
  const rehearsal = startCli(
    ['rehearse', planFile, '--json', '--run-id', runId, '--task-queue', taskQueue, '--output', folder],
    at,
  )
  if (path === 'cancelled' || path === 'epoch-lost') {
    await rehearsal.until('stdout', (said) => said.includes('"step":"extracting"'))
    if (path === 'cancelled') rehearsal.kill('SIGINT')
    else {
      worker.kill('SIGKILL')
      await worker.ended
      worker = await startWorker()
    }
  }
  const ended = await rehearsal.ended
  try {
    const run = runWorkflowId(plan.contract.id, runId)
    const workflows = {
      run,
      erp: extractionWorkflowId(run, 'erp'),
      partage: extractionWorkflowId(run, 'partage'),
    }
    for (const workflow of ['run', ...sources] as const) {
      // As anyone would export it: the JSON of the SDK has another form than that of the server.
      const shown = execFileSync(
        temporal,
        ['workflow', 'show', '--workflow-id', workflows[workflow], '--output', 'json'],
        { env: { ...process.env, ...environment }, maxBuffer: 64 * 1024 * 1024, encoding: 'utf8' },
      )
      // Who ran it is of no use to a replay, and would name this machine.
      const text = JSON.stringify(JSON.parse(shown), (name, value) =>
        /identity$/i.test(name) ? 'recorder' : value,
      )
      writeFileSync(fileOf(path, workflow), `${text}\n`, { flag: 'wx' })
    }
  } finally {
    worker.kill('SIGTERM')
    await worker.ended
  }
  process.stderr.write(`${version} ${path}: recorded (the rehearsal ended with ${ended.code})\n`)
}
