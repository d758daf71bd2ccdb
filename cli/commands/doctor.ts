import type { Command } from 'commander'
import { checkPrograms, isLacking } from '../../stack/doctor/check-programs.ts'
import { checkServers, type ServerCheck } from '../../stack/doctor/check-servers.ts'
import type { Requirement } from '../../stack/doctor/requirement.ts'
import { stackStatus } from '../../stack/stack-status.ts'
import { paint } from '../render/paint.ts'
import { reportingStackErrors } from './report-stack-errors.ts'

/** The exit code when something needed is missing, as for anything else that is not there. */
const exitCodeLacking = 5

/** `reversibility doctor`: what this machine has, what it lacks, and how to supply it. */
export function registerDoctor(program: Command): void {
  program
    .command('doctor')
    .description('Check that this machine has what is needed, and say how to supply what is missing')
    .option('--json', 'print results as one JSON object a line, the last one a summary')
    .addHelpText(
      'after',
      `
Looks for each program on PATH and among those built earlier, then talks to the servers that the environment
names (TEMPORAL_ADDRESS, S3_ENDPOINT, REVERSIBILITY_POSTGRESQL_URL). Changes nothing.

Exit codes: 0 everything needed is there · 5 something is missing or does not answer

Examples:
  reversibility doctor
  reversibility doctor --json | jq 'select(.lacking)'`,
    )
    .action((_, command: Command) =>
      reportingStackErrors(() => doctor(command.optsWithGlobals<{ json?: boolean }>())),
    )
}

async function doctor(options: { json?: boolean }): Promise<void> {
  const programs = checkPrograms(process.env)
  const servers = await checkServers(process.env)
  const lacking = [...programs.filter(isLacking), ...servers.filter(({ state }) => state !== 'ok')].length
  if (options.json) {
    for (const found of programs) printJson({ type: 'program', lacking: isLacking(found), ...found })
    for (const found of servers) printJson({ type: 'server', lacking: found.state !== 'ok', ...found })
    printJson({ type: 'summary', command: 'doctor', complete: lacking === 0, lacking })
  } else {
    for (const found of programs) printProgram(found)
    for (const found of servers) printServer(found)
    printStack()
    process.stdout.write(
      lacking === 0
        ? 'Everything needed is there.\n'
        : `${lacking} of these must be supplied; the lines under each say how.\n`,
    )
  }
  if (lacking > 0) process.exitCode = exitCodeLacking
}

const bad = new Set(['missing', 'unusable', 'refused', 'incomplete'])

function printProgram(found: Requirement): void {
  const mark = found.state === 'missing' && !found.needed ? 'not there' : found.state
  const what = [found.version, found.path, found.note && `(${found.note})`].filter(Boolean).join(' ')
  printLine(found.name, mark, what || `${found.purpose}${found.needed ? '' : ' (optional)'}`)
  if (found.needed) printRemedies(found.remedies)
}

function printServer(found: ServerCheck): void {
  printLine(found.service, found.state, `${found.address}: ${found.note}`)
  printRemedies(found.remedies)
}

function printStack(): void {
  const status = stackStatus()
  const running = status.services.filter((service) => service.state === 'ready')
  if (running.length === 0) return
  printLine('local stack', 'running', running.map(({ address }) => address).join(', '))
}

function printLine(name: string, mark: string, what: string): void {
  // Padded before it is coloured: escape sequences have no width.
  const padded = mark.padEnd(10)
  const coloured = bad.has(mark) ? paint.red(padded) : padded
  process.stdout.write(`${name.padEnd(12)} ${coloured} ${what}\n`)
}

function printRemedies(remedies: string[]): void {
  for (const remedy of remedies) process.stdout.write(`${' '.repeat(13)}→ ${remedy}\n`)
}

function printJson(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}
