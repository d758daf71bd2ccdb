// npm run bench [-- --rounds 3 --task table --json]
//   --quick            a small table, few files, one round: whether it works, not how fast it is
//   --only REGEX       some contenders only: --only '^reversibility$'
//   --scale 10         ten times the data: with --only, whether memory and history grow
//   --table-megabytes 1050 --files 50000 --files-megabytes 298
import { mkdirSync, rmSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { generateSmallFiles, generateTable } from '../../examples/sizes.ts'
import { openStack } from '../../stack/open-stack.ts'
import { benchClient, emptyPrefix, storedBytes } from './bucket.ts'
import type { BenchContext, Contender, Workload } from './contender.ts'
import { type Figures, figuresTable } from './figures.ts'
import { measure } from './measure.ts'
import { ours } from './ours.ts'
import { peers } from './peers.ts'
import { peerTools } from './tools.ts'

const { values: options } = parseArgs({
  options: {
    'table-megabytes': { type: 'string' },
    files: { type: 'string' },
    'files-megabytes': { type: 'string' },
    rounds: { type: 'string' },
    scale: { type: 'string' },
    quick: { type: 'boolean', default: false },
    task: { type: 'string' },
    only: { type: 'string', default: '' },
    json: { type: 'boolean', default: false },
  },
})
const usual = { 'table-megabytes': '1050', files: '50000', 'files-megabytes': '298', rounds: '3', scale: '1' }
const quick = { ...usual, 'table-megabytes': '100', files: '5000', 'files-megabytes': '30', rounds: '1' }
const root = fileURLToPath(new URL('../../.stack/bench', import.meta.url))
const tasks = options.task === undefined ? (['table', 'files'] as const) : [taskOf(options.task)]
const say = (message: string) => process.stderr.write(`${message}\n`)

const tools = peerTools(process.env)
mkdirSync(root, { recursive: true })
const stack = await openStack({
  root,
  onProgress: ({ service, message }) => say(`${service}: ${message}`),
})
const scratch = join(root, 'scratch')
const client = benchClient(stack)
try {
  mkdirSync(scratch, { recursive: true })
  const context: BenchContext = { stack, tools, workload: await makeWorkload(), scratch }
  const contenders = [...ours(context), ...peers(context)].filter(
    ({ task, name }) => tasks.includes(task) && new RegExp(options.only).test(name),
  )
  const figures = await runAll(contenders)
  if (options.json) process.stdout.write(`${JSON.stringify({ workload: context.workload, figures })}\n`)
  else printFigures(context.workload, figures)
} finally {
  client.destroy()
  rmSync(scratch, { recursive: true, force: true })
  await stack.stop()
}

async function makeWorkload(): Promise<Workload> {
  const scale = positive('scale')
  // Of each size its own, so that going from one to another makes nothing anew.
  const size = (name: keyof typeof usual) => positive(name) * scale
  const table = { database: `bench_${size('table-megabytes')}`, rows: 0, bytes: 0 }
  const files = {
    folder: join(root, `files-${size('files')}-${size('files-megabytes')}`),
    count: size('files'),
    bytes: size('files-megabytes') * 1_000_000,
  }
  if (tasks.includes('table')) {
    say('Making the table …')
    const bytes = size('table-megabytes') * 1_000_000
    const serverUrl = stack.postgresql.url('postgres')
    Object.assign(table, await generateTable({ serverUrl, database: table.database, bytes }))
  }
  if (tasks.includes('files')) {
    say('Making the files …')
    await generateSmallFiles({ folder: files.folder, count: files.count, totalBytes: files.bytes })
  }
  return { table, files }
}

/** Round by round and not contender by contender, so that what else the machine does falls on all of them alike. */
async function runAll(contenders: Contender[]): Promise<Figures[]> {
  const figures = contenders.map(
    ({ name, task, ours, does }): Figures => ({ name, task, ours, does, rounds: [] }),
  )
  for (let round = 1; round <= positive('rounds'); round++) {
    for (const [index, contender] of contenders.entries()) {
      const prefix = `bench/${Date.now()}-${round}-${index}/`
      try {
        await contender.prepare?.(prefix)
        const measured = await measure(
          contender.command(prefix),
          contender.environment,
          contender.alsoPids?.(),
        )
        const checked = await contender.check?.(prefix, measured.stdout)
        const bytes = await storedBytes(client, stack.s3.bucket, prefix)
        if (bytes === 0) throw new Error(`${contender.name} left nothing under ${prefix}.`)
        const { cpuSeconds, peakMemoryBytes, seconds: commandSeconds } = measured
        const { seconds = commandSeconds, own = {} } = checked ?? {}
        figures[index]!.rounds.push({
          ...{ seconds, commandSeconds, cpuSeconds, peakMemoryBytes },
          ...{ storedBytes: bytes, own },
        })
        const also = Object.entries(own).map(([name, value]) => `, ${name} ${value}`)
        say(
          `round ${round}: ${contender.name}: ${seconds.toFixed(1)} s (command ${commandSeconds.toFixed(1)} s), ${cpuSeconds.toFixed(1)} CPU s${also.join('')}`,
        )
      } finally {
        await contender.release?.()
        await emptyPrefix(client, stack.s3.bucket, prefix)
      }
    }
  }
  return figures
}

function printFigures({ table, files }: Workload, figures: Figures[]): void {
  const titles = {
    table: `One table: ${table.rows} rows, ${Math.round(table.bytes / 1e6)} MB on the server's disk`,
    files: `Small files: ${files.count} files, ${Math.round(files.bytes / 1e6)} MB`,
  }
  for (const task of tasks) process.stdout.write(`${titles[task]}\n\n${figuresTable(figures, task)}\n\n`)
  const [first] = cpus()
  process.stdout.write(
    `${cpus().length} × ${first?.model ?? 'processor'}, ${positive('rounds')} rounds, medians.\n`,
  )
  if (!figures.some((each) => each.ours)) process.stdout.write('Peers only: ours was not measured.\n')
}

function positive(name: keyof typeof usual): number {
  const value = Number(options[name] ?? (options.quick ? quick : usual)[name])
  if (Number.isInteger(value) && value > 0) return value
  throw new RangeError(`--${name} must be a whole number above zero.`)
}

function taskOf(name: string): 'table' | 'files' {
  if (name === 'table' || name === 'files') return name
  throw new RangeError('--task is table or files.')
}
