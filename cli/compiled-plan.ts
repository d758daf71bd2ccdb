import { connectors } from '../connectors/registry.ts'
import { ReversibilityError } from '../contract/errors.ts'
import { compilePlan } from '../contract/plan/compile.ts'
import type { Plan } from '../contract/plan/plan.ts'
import { readPlan } from './commands/plan.ts'
import { problemsText } from './commands/plan-problems.ts'

/** Reads and compiles a plan before anything starts. What is wrong with it is told whole, on standard error. */
export async function compiledPlan(file: string): Promise<{ plan: Plan; text: string }> {
  const text = await readPlan(file)
  const compiled = compilePlan({ text, fileName: file, connectors })
  if (!compiled.problems) return { plan: compiled.plan, text }
  process.stderr.write(`${problemsText({ file, text, problems: compiled.problems })}\n`)
  throw new ReversibilityError('invalid-plan', `${file} has ${compiled.problems.length} problem(s).`, {
    remedy: `Mend them; check again with: reversibility plan check ${file}`,
    subject: file,
  })
}
