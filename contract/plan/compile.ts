import type { z } from 'zod'
import { checkConnectors } from './checks/connectors.ts'
import { checkPeople } from './checks/people.ts'
import { checkPolicies } from './checks/policies.ts'
import { checkReferences } from './checks/references.ts'
import { checkRegions } from './checks/regions.ts'
import { checkScope } from './checks/scope.ts'
import { checkSecrets, mayHoldSecret } from './checks/secrets.ts'
import type { ConnectorShapes } from './connector-shape.ts'
import { explainIssue } from './explain-issue.ts'
import { planJsonSchema } from './json-schema.ts'
import type { Plan } from './plan.ts'
import { type Fault, type PlanProblem, pathText } from './problem.ts'
import { planSchema } from './schema/plan-schema.ts'
import { readYaml, type YamlDocument } from './yaml-document.ts'

export interface CompileInput {
  text: string
  /** Named in messages only: nothing is read from it. */
  fileName: string
  connectors: ConnectorShapes
}

export type Compiled =
  | { plan: Plan; problems?: undefined }
  /** In the order of the file, at least one. */
  | { problems: PlanProblem[]; plan?: undefined }

/**
 * Checks a plan as far as it can be without reaching anything: syntax, shape, references between its parts,
 * regions, connectors and what they can do. All that is wrong is said at once. Whether secrets can be resolved is
 * for the worker to find out (`secretReferences`). Never throws for what the text holds.
 */
export function compilePlan({ text, fileName, connectors }: CompileInput): Compiled {
  const read = readYaml(text)
  if (read.problems) {
    const lines = text.split(/\r\n|\n|\r/)
    return {
      problems: read.problems.map((problem) => ({
        ...problem,
        path: '',
        reason: capital(problem.reason),
        sensitive: mayHoldSecret(lines[problem.line - 1] ?? ''),
      })),
    }
  }
  const { document } = read
  if (typeof document.value !== 'object' || document.value === null || Array.isArray(document.value)) {
    const reason = `${fileName} holds no plan.`
    const remedy = 'Write one with `reversibility plan init`.'
    return { problems: [{ line: 1, column: 1, path: '', reason, remedy, sensitive: false }] }
  }
  const parsed = planSchema.safeParse(document.value)
  // The checks read the plan as it was written, so that a fault of shape hides no other.
  const faults = [
    ...(parsed.success ? [] : shapeFaults(parsed.error, document.value)),
    ...checkSecrets(document.value),
    ...checkReferences(document.value),
    ...checkPeople(document.value),
    ...checkScope(document.value),
    ...checkPolicies(document.value),
    ...checkRegions(document.value),
    ...checkConnectors(document.value, connectors),
  ]
  if (parsed.success && faults.length === 0) return { plan: parsed.data }
  return { problems: placed(faults, document) }
}

function shapeFaults(error: z.ZodError, value: unknown): Fault[] {
  const remedy = 'Correct the value: `reversibility plan schema` says what is expected here.'
  const context = { value, schema: planJsonSchema(), prefix: [], remedy }
  return error.issues.flatMap((issue) => explainIssue(issue, context))
}

/** In the order of the file; one problem a place, the first found, and nothing shown that may be secret. */
function placed(faults: Fault[], document: YamlDocument): PlanProblem[] {
  const problems = new Map<string, PlanProblem>()
  const meant = new Set(faults.flatMap((fault) => fault.meant ?? []))
  for (const fault of faults) {
    const path = pathText(fault.path)
    if (meant.has(path)) continue
    const known = problems.get(path)
    // The words of a sensitive fault are safe to show; those of another at the same place might quote a secret.
    if (known?.sensitive || (known !== undefined && !fault.sensitive)) continue
    problems.set(path, {
      ...document.positionOf(fault.path, fault.at ?? 'value'),
      path,
      reason: fault.reason,
      remedy: fault.remedy,
      sensitive: fault.sensitive ?? false,
    })
  }
  const all = [...problems.values()].sort((a, b) => a.line - b.line || a.column - b.column)
  const secret = new Set(all.filter(({ sensitive }) => sensitive).map(({ line }) => line))
  return all.map((problem) => ({ ...problem, sensitive: secret.has(problem.line) }))
}

function capital(reason: string): string {
  const text = reason.charAt(0).toUpperCase() + reason.slice(1)
  return /[.?!]$/.test(text) ? text : `${text}.`
}
