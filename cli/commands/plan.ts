import { readFile, writeFile } from 'node:fs/promises'
import { text as readAll } from 'node:stream/consumers'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { connectors } from '../../connectors/registry.ts'
import { errorTypes, ReversibilityError } from '../../contract/errors.ts'
import { compilePlan } from '../../contract/plan/compile.ts'
import { planJsonSchema } from '../../contract/plan/json-schema.ts'
import { isDate } from '../../contract/plan/schema/fields.ts'
import { planTemplate } from '../../contract/plan/template.ts'
import { clocks } from '../../contract/policies/clocks.ts'
import { clockConflicts } from '../../contract/policies/conflicts.ts'
import { clockTable } from './plan-clocks.ts'
import { problemsText, summaryText } from './plan-problems.ts'

/** `reversibility plan init|check|schema|clocks`: writing a plan and knowing that it holds. */
export function registerPlan(program: Command): void {
  const plan = program
    .command('plan')
    .description('Write a plan, check it, and see the deadlines that it means')
    .addHelpText(
      'after',
      `
A plan is one YAML file that says what is handed over, to whom, by when and how. Checking it reaches no server
and needs no secret.

Examples:
  reversibility plan init --language fr     write plan.yaml to start from
  reversibility plan check plan.yaml        say all that is wrong with it, and what to do
  reversibility plan clocks plan.yaml       show every deadline, dated, with its article
  reversibility plan schema > plan.schema.json   let an editor complete the fields`,
    )

  plan
    .command('init')
    .description('Write a commented plan to start from; it is valid as it stands')
    .argument('[file]', 'file to write, never over an existing one; - for standard output', 'plan.yaml')
    .addOption(
      new Option('--language <language>', 'language of its comments').choices(['fr', 'en']).default('fr'),
    )
    .action(init)

  plan
    .command('check')
    .description('Say all that is wrong with a plan: line, field, reason, remedy')
    .argument('<file>', 'the plan; - for standard input')
    .option('--json', 'one JSON object a problem, then a summary')
    .addHelpText('after', '\nExit codes: 0 the plan holds · 2 it does not · 5 there is no such file')
    .action(check)

  plan
    .command('schema')
    .description('Print the JSON Schema of plans, for editors')
    .addHelpText(
      'after',
      `
Example, first line of a plan for editors with the YAML language server:
  # yaml-language-server: $schema=./plan.schema.json`,
    )
    .action(() => print(JSON.stringify(planJsonSchema(connectors), null, 2)))

  plan
    .command('clocks')
    .description('Show every deadline of a plan, dated, with the article that sets it')
    .argument('<file>', 'the plan; - for standard input')
    .option(
      '--notice <day>',
      'day on which notice was given; else counted from the end of the contract',
      parseDay,
    )
    .option('--json', 'one JSON object a clock, then a summary')
    .addHelpText(
      'after',
      `
Clocks marked * decide where several say the same. Deadlines that contradict each other are shown last.

Example:
  reversibility plan clocks plan.yaml --notice 2027-01-04`,
    )
    .action(showClocks)
}

async function init(file: string, { language }: { language: 'fr' | 'en' }): Promise<void> {
  const text = planTemplate({ language, today: new Date() })
  if (file === '-') return print(text.trimEnd())
  try {
    await writeFile(file, text, { flag: 'wx' })
  } catch (error) {
    throw fileError(file, error, 'write')
  }
  print(`Wrote ${file}. Fill it in, then: reversibility plan check ${file}`)
}

async function check(file: string, { json }: { json?: boolean }): Promise<void> {
  const text = await readPlan(file)
  const compiled = compilePlan({ text, fileName: nameOf(file), connectors })
  if (compiled.problems) {
    process.exitCode = errorTypes['invalid-plan'].exitCode
    if (!json) return print(problemsText({ file: nameOf(file), text, problems: compiled.problems }))
    for (const problem of compiled.problems) print(JSON.stringify({ type: 'problem', ...problem }))
    return print(JSON.stringify({ type: 'summary', valid: false, problems: compiled.problems.length }))
  }
  const conflicts = clockConflicts(compiled.plan)
  if (!json) return print(summaryText(nameOf(file), compiled.plan, conflicts))
  const { id, end } = compiled.plan.contract
  print(JSON.stringify({ type: 'summary', valid: true, problems: 0, contract: id, end, conflicts }))
}

async function showClocks(file: string, options: { notice?: string; json?: boolean }): Promise<void> {
  const text = await readPlan(file)
  const compiled = compilePlan({ text, fileName: nameOf(file), connectors })
  if (compiled.problems) {
    throw new ReversibilityError(
      'invalid-plan',
      `${nameOf(file)} has ${compiled.problems.length} problem(s).`,
      {
        remedy: `See them with: reversibility plan check ${file}`,
        subject: file,
      },
    )
  }
  const from = options.notice === undefined ? {} : { noticeOn: options.notice }
  const all = clocks(compiled.plan, from)
  const conflicts = clockConflicts(compiled.plan, from)
  if (!options.json) return print(clockTable(all, conflicts, compiled.plan.contract.language))
  for (const clock of all) print(JSON.stringify({ type: 'clock', ...clock }))
  print(JSON.stringify({ type: 'summary', clocks: all.length, conflicts }))
}

function nameOf(file: string): string {
  return file === '-' ? 'standard input' : file
}

/** The text of a plan; `-` is standard input. Throws `not-found` or `access-denied`. */
export async function readPlan(file: string): Promise<string> {
  try {
    return file === '-' ? await readAll(process.stdin) : await readFile(file, 'utf8')
  } catch (error) {
    throw fileError(file, error, 'read')
  }
}

function fileError(file: string, cause: unknown, what: 'read' | 'write'): ReversibilityError {
  const code = (cause as NodeJS.ErrnoException).code
  const shown = JSON.stringify(file)
  if (code === 'EEXIST') {
    const remedy = 'Name another file, or move that one away first.'
    return new ReversibilityError('invalid-input', `${shown} exists already and was left alone.`, {
      remedy,
      cause,
    })
  }
  if (code === 'ENOENT') {
    const remedy = what === 'read' ? 'Write one with: reversibility plan init' : 'Create its folder first.'
    return new ReversibilityError(
      'not-found',
      `There is no ${what === 'read' ? 'file' : 'folder for'} ${shown}.`,
      { remedy, cause },
    )
  }
  const remedy = 'Name a file that you may access.'
  const type = code === 'EACCES' || code === 'EPERM' ? 'access-denied' : 'invalid-input'
  return new ReversibilityError(type, `Could not ${what} ${shown} (${code ?? String(cause)}).`, {
    remedy,
    cause,
  })
}

function parseDay(value: string): string {
  if (!isDate(value)) throw new InvalidArgumentError('Write a day as year-month-day: 2027-01-04.')
  return value
}

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}
