import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Connection } from '@temporalio/client'
import { inject } from 'vitest'
import { findTool } from '../../stack/find-tool.ts'
import { ageTools } from '../support/go-tools.ts'
import { checkout } from '../support/markdown.ts'
import { asSuperuser, createDatabase, databaseUrl, dropDatabase } from '../support/postgres.ts'
import { pythonTools } from '../support/python-tools.ts'

/** What an operator has before them: servers, a worker, keys, a plan, one run that was kept and two that wait. */
export interface OperatorsDesk {
  /** The run's packages are kept: `erp` and `share`. */
  keptRun: string
  /** Kept too, for commands that erase. */
  spareRun: string
  /** Runs that wait for hours that are far away. */
  waitingRuns: [string, string]
  environment: Record<string, string>
  /** A folder of one's own with everything that runbooks name. */
  freshFolder(): string
  run(
    code: string,
    folder: string,
    change?: Record<string, string>,
  ): { status: number | null; output: string }
  close(): Promise<void>
}

const contractId = 'acme-si'

/** One namespace for these tests: their worker and keyring meet no other test's runs. */
export async function operatorsDesk(): Promise<OperatorsDesk> {
  const stack = inject('stack')
  const name = `runbooks-${randomBytes(4).toString('hex')}`
  const folder = mkdtempSync(join(tmpdir(), 'runbooks-'))
  const files = join(folder, 'files')
  const database = (await createDatabase(name.replace('-', '_'))).name
  await asSuperuser(
    `CREATE TABLE customer (id integer PRIMARY KEY, name text);
     INSERT INTO customer SELECT n, 'customer ' || n FROM generate_series(1, 1000) n;
     CREATE TABLE invoice (id integer PRIMARY KEY, customer integer REFERENCES customer, amount numeric);
     INSERT INTO invoice SELECT n, 1 + n % 1000, n * 1.07 FROM generate_series(1, 3000) n`,
    database,
  )
  mkdirSync(files)
  makeShare(join(folder, 'share'))
  // Whatever is restored during these tests belongs to this role, and goes with it.
  const role = database
  const password = randomBytes(12).toString('hex')
  await asSuperuser(`CREATE ROLE ${role} LOGIN SUPERUSER PASSWORD '${password}'`)
  const bin = join(folder, 'bin')
  mkdirSync(bin)
  writeFileSync(
    join(bin, 'reversibility'),
    `#!/bin/sh\nexec "${process.execPath}" "${checkout}/cli/main.ts" "$@"\n`,
  )
  chmodSync(join(bin, 'reversibility'), 0o755)

  const environment: Record<string, string> = {
    ...stack.environment,
    TEMPORAL_NAMESPACE: name,
    PATH: [
      bin,
      dirname(temporalProgram()),
      ageTools(),
      pythonTools(),
      dirname(process.execPath),
      ...(stack.environment.REVERSIBILITY_POSTGRESQL_BIN
        ? [stack.environment.REVERSIBILITY_POSTGRESQL_BIN]
        : []),
      process.env.PATH ?? '',
    ].join(delimiter),
    HOME: folder,
    LANG: 'C.UTF-8',
    NO_COLOR: '1',
    NODE_COMPILE_CACHE: join(folder, 'compile-cache'),
    REVERSIBILITY_KEYRING: join(files, 'keyring'),
    BUCKET: stack.s3.bucket,
    CONTRACT: contractId,
    SOURCE: 'share',
    TASK_QUEUE: 'reversibility',
    PGHOST: stack.postgresql.host,
    PGPORT: String(stack.postgresql.port),
    PGUSER: role,
    PGPASSWORD: password,
    DATABASE_URL: databaseUrl(database),
    SCRATCH_URL: databaseUrl('postgres', { name: role, password }),
    SHARE: join(folder, 'share'),
    SCRATCH_FOLDER: join(folder, 'scratch'),
  }
  mkdirSync(environment.SCRATCH_FOLDER!)
  const run: OperatorsDesk['run'] = (code, cwd, change = {}) => {
    const { status, stdout, stderr } = spawnSync('sh', ['-eu', '-c', code], {
      cwd,
      env: { ...environment, ...change },
      encoding: 'utf8',
      timeout: 100_000,
    })
    return { status, output: `${stdout}${stderr}` }
  }
  const must = (code: string) => {
    const { status, output } = run(code, files)
    if (status !== 0) throw new Error(`${code}\nended with ${status}\n${output}`)
    return output
  }

  must(
    `reversibility keys new signing-key --comment provider > signing-key.pub
     reversibility keys new client.key --recipient > client.pub
     reversibility keys new keyring --payload
     printf 'provider %s\\n' "$(cat signing-key.pub)" > allowed_signers`,
  )
  environment.SIGNING_KEY = readFileSync(join(files, 'signing-key'), 'utf8')
  environment.SIGNING_PUBLIC_KEY = readFileSync(join(files, 'signing-key.pub'), 'utf8').trim()
  environment.CLIENT_RECIPIENT = readFileSync(join(files, 'client.pub'), 'utf8').trim()
  writeFileSync(join(files, 'plan.yaml'), planText({ isOpen: true }))
  const closed = join(files, 'closed.yaml')
  writeFileSync(closed, planText({ isOpen: false }))
  await makeNamespace(stack.temporal.address, name)
  const worker = startWorker({ environment, cwd: files })
  const close = async () => {
    await worker.stop()
    await dropDatabase(database)
    await dropRole(role)
    rmSync(folder, { recursive: true, force: true })
  }

  const keptRun = `rehearsal-${name}-kept`
  const spareRun = `rehearsal-${name}-spare`
  const waitingRuns: [string, string] = [`rehearsal-${name}-wait1`, `rehearsal-${name}-wait2`]
  try {
    await worker.ready
    // The starting command is of no more use: the run is in Temporal's hands.
    for (const [index, runId] of waitingRuns.entries()) {
      must(
        `reversibility rehearse closed.yaml --run-id ${runId} > starter-${index}.log 2>&1 & starter=$!
         until temporal workflow describe --workflow-id "reversibility/$CONTRACT/${runId}" > /dev/null 2>&1; do sleep 0.2; done
         kill -9 $starter`,
      )
    }
    rmSync(closed)
    must(`reversibility rehearse plan.yaml --keep --accept-findings --run-id ${spareRun}`)
    must(`reversibility rehearse plan.yaml --keep --accept-findings --run-id ${keptRun}`)
    must(`export AWS_ENDPOINT_URL="$S3_ENDPOINT" AWS_DEFAULT_REGION="$S3_REGION"
      for source in erp share; do
        aws s3 cp --quiet --recursive "s3://$BUCKET/$CONTRACT/${keptRun}/sources/$source/epoch-0001/" "packages/$source"
      done
      aws s3 cp --quiet --recursive "s3://$BUCKET/$CONTRACT/${keptRun}/journal/" journal
      aws s3 cp --quiet "s3://$BUCKET/$CONTRACT/${keptRun}/records/report.json" report.json
      rm -r reports *.log`)
  } catch (error) {
    await close()
    throw new Error(`the desk could not be set up; the worker said:\n${worker.said()}`, { cause: error })
  }
  environment.RUN = keptRun

  return {
    keptRun,
    spareRun,
    waitingRuns,
    environment,
    run,
    freshFolder() {
      const fresh = mkdtempSync(join(folder, 'at-'))
      cpSync(files, fresh, { recursive: true })
      return fresh
    },
    close,
  }
}

function makeShare(share: string): void {
  mkdirSync(join(share, 'Documentation'), { recursive: true })
  writeFileSync(join(share, 'Documentation', 'Operations 2027.pdf'), 'how it is run\n')
  for (let n = 0; n < 20; n += 1) writeFileSync(join(share, `letter-${n}.txt`), `letter ${n}\n`.repeat(50))
}

/** The plan that `reversibility plan init` begins, filled in. */
function planText({ isOpen }: { isOpen: boolean }): string {
  const later = new Date(Date.now() + 3 * 86_400_000).getUTCDay()
  const day = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'][later]
  const hours = isOpen ? '' : `\n    allowedHours: [{ days: [${day}], from: '02:00', to: '04:00' }]`
  return `reversibility: 1
contract:
  id: ${contractId}
  title: Outsourcing of Acme's information system
  language: en
  parties: { client: { name: Acme, country: FR }, provider: { name: Atlas, country: FR } }
  trades: [infrastructure]
  start: 2024-01-01
  end: 2029-12-31
  policies: [gdpr@1]
  calendar: { country: FR, timeZone: Europe/Paris }
  confidentiality: confidential
outcome: in-house
people:
  - { id: operator, roles: [operator] }
  - { id: client-cio, roles: [client, approver] }
scope:
  services:
    - { id: hosting, title: Hosting, trade: infrastructure, interventions: [backup], equipment: [servers], sources: [erp, share], criticality: important }
  exclusions: []
sources:
  - id: erp
    title: ERP
    connector: postgresql
    config: { url: env:DATABASE_URL }
    region: eu-west-3
  - id: share
    title: File share
    connector: files
    config: { root: env:SHARE }
    region: eu-west-3${hours}
locations: { allowedRegions: [eu-west-3], main: [eu-west-3], backup: [], disasterRecovery: [] }
documents:
  - { id: operations-file, title: Operations file, kind: operations-file, owner: operator, from: { source: share, path: 'Documentation/Operations*.pdf' }, maxAge: P12M, acknowledgedBy: client-cio }
delivery:
  bucket: env:BUCKET
  region: eu-west-3
  recipients: [env:CLIENT_RECIPIENT]
  signingKey: env:SIGNING_KEY
  publicKey: env:SIGNING_PUBLIC_KEY
  retention: P90D
rehearsal:
  restoreTargets:
    erp: { region: eu-west-3, config: { server: env:SCRATCH_URL } }
    share: { region: eu-west-3, config: { folder: env:SCRATCH_FOLDER } }
`
}

function temporalProgram(): string {
  const found = findTool('temporal', process.env)
  if (found) return found
  throw new Error(
    'Runbooks call the program `temporal`. Put it on PATH, or run `reversibility stack up` once without TEMPORAL_ADDRESS: it builds it.',
  )
}

async function makeNamespace(address: string, namespace: string): Promise<void> {
  const connection = await Connection.connect({ address })
  try {
    await connection.workflowService.registerNamespace({
      namespace,
      workflowExecutionRetentionPeriod: { seconds: 86_400 as unknown as Long },
    })
    // Servers learn of a new namespace with a delay: it is there once it can be asked for its workflows.
    for (let tries = 0; ; tries += 1) {
      try {
        await connection.workflowService.listWorkflowExecutions({ namespace, pageSize: 1 })
        return
      } catch (error) {
        if (tries === 100) throw error
        await sleep(200)
      }
    }
  } finally {
    await connection.close()
  }
}
type Long = import('long').default

function startWorker(options: { environment: Record<string, string>; cwd: string }) {
  const child: ChildProcess = spawn(process.execPath, [join(checkout, 'cli/main.ts'), 'worker'], {
    cwd: options.cwd,
    env: options.environment,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const ready = new Promise<void>((resolve, reject) => {
    child.stderr!.on('data', (chunk) => {
      said += chunk
      if (said.includes('Ready')) resolve()
    })
    void ended.then(() => reject(new Error(`the worker ended: ${said}`)))
  })
  return {
    ready,
    said: () => said,
    async stop() {
      child.kill('SIGTERM')
      await ended
    },
  }
}

/** With every database that it made. */
async function dropRole(role: string): Promise<void> {
  const { rows } = await asSuperuser(`SELECT datname FROM pg_database WHERE datdba = '${role}'::regrole`)
  for (const { datname } of rows as { datname: string }[]) await dropDatabase(datname)
  await asSuperuser(`DROP ROLE ${role}`)
}
