import type { z } from 'zod'
import { type JsonSchema, schemasAt } from './json-schema.ts'
import { type Fault, type PlanPath, pathText } from './problem.ts'
import { valueAt } from './select.ts'
import { didYouMean, nearest } from './suggest.ts'

type Issue = z.core.$ZodIssue

export interface IssueContext {
  /** What was parsed. */
  value: unknown
  /** Of what was parsed: names the keys that exist and describes them. */
  schema: JsonSchema
  /** Where it stands in the plan. */
  prefix: PlanPath
  /** Where a rule has none of its own. */
  remedy: string
}

/** What an issue of zod means to the author of a plan: one fault, or one for each unknown key. */
export function explainIssue(issue: Issue, context: IssueContext): Fault[] {
  const inner = issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step))
  const path = [...context.prefix, ...inner]
  const value = valueAt(context.value, inner)
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => unknownKey(key, inner, path, context))
  if (issue.code === 'invalid_union') return explainUnion(issue, inner, context)
  if (value === undefined && issue.code !== 'custom') return [missing(inner, path, context)]
  return [{ path, ...explainValue(issue, value, context.remedy) }]
}

function unknownKey(key: string, inner: PlanPath, path: PlanPath, context: IssueContext): Fault {
  const known = schemasAt(context.schema, inner).flatMap((schema) => Object.keys(schema.properties ?? {}))
  const meant = nearest(key, known)
  const hint = didYouMean(key, known)
  return {
    path: [...path, key],
    at: 'key',
    ...(meant === undefined ? {} : { meant: pathText([...path, meant]) }),
    reason: `\`${key}\` is not a key of ${path.length === 0 ? 'a plan' : `\`${lastName(path)}\``}.${hint}`,
    remedy:
      hint === '' ? `Remove it, or use one of: ${known.join(', ')}.` : 'Correct its spelling, or remove it.',
  }
}

function missing(inner: PlanPath, path: PlanPath, context: IssueContext): Fault {
  const name = String(path.at(-1))
  const parent = path.slice(0, -1)
  const description = schemasAt(context.schema, inner).find((schema) => schema.description)?.description
  return {
    path,
    reason: `\`${name}\` is missing${parent.length === 0 ? '' : ` in \`${lastName(parent)}\``}.`,
    remedy: `Add \`${name}:\`${description === undefined ? '.' : ` (${description.replace(/\.$/, '')}).`}`,
  }
}

function explainUnion(
  issue: Extract<Issue, { code: 'invalid_union' }>,
  inner: PlanPath,
  context: IssueContext,
): Fault[] {
  const path = [...context.prefix, ...inner]
  const discriminator = 'discriminator' in issue ? issue.discriminator : undefined
  if (typeof discriminator === 'string') {
    const at = inner.at(-1) === discriminator ? inner : [...inner, discriminator]
    const place = [...context.prefix, ...at]
    const written = valueAt(context.value, at)
    if (written === undefined) return [missing(at, place, context)]
    const known = schemasAt(context.schema, at).flatMap(({ const: only }) =>
      typeof only === 'string' ? [only] : [],
    )
    return [{ path: place, ...notOneOf(written, known) }]
  }
  // The alternative that was meant is the one with the least against it, unless it is not even of that type.
  const meant = issue.errors
    .filter((branch) => !branch.some((one) => one.code === 'invalid_type' && one.path.length === 0))
    .sort((a, b) => weight(a) - weight(b))[0]
  if (meant === undefined) {
    const value = valueAt(context.value, inner)
    if (value === undefined) return [missing(inner, path, context)]
    return [{ path, ...sentence(issue.message), remedy: context.remedy }]
  }
  return meant.flatMap((one) => explainIssue({ ...one, path: [...inner, ...one.path] }, context))
}

function weight(issues: readonly Issue[]): number {
  return issues.reduce((sum, issue) => sum + (issue.code === 'unrecognized_keys' ? issue.keys.length : 1), 0)
}

type Explanation = Pick<Fault, 'reason' | 'remedy' | 'sensitive'>

function explainValue(issue: Issue, value: unknown, fallbackRemedy: string): Explanation {
  switch (issue.code) {
    case 'custom': {
      const remedy = issue.params?.remedy
      return {
        ...sentence(issue.message),
        remedy: typeof remedy === 'string' ? remedy : fallbackRemedy,
        sensitive: issue.params?.sensitive === true,
      }
    }
    case 'invalid_type':
      return {
        reason: `This is ${typeWord(value)} where ${expectedWord(issue.expected)} is expected.`,
        remedy:
          typeof value === 'number' && issue.expected === 'string' ? 'Put quotes around it.' : fallbackRemedy,
      }
    case 'invalid_value':
      if (issue.message.startsWith('Invalid')) return notOneOf(value, issue.values.map(String))
      return { ...sentence(issue.message), remedy: `Write ${issue.values.map(String).join(' or ')}.` }
    case 'too_small':
      if (issue.origin === 'array')
        return { reason: 'This list is empty.', remedy: 'Give at least one entry.' }
      if (issue.origin === 'string') return { reason: 'This text is empty.', remedy: 'Fill it in.' }
      return {
        reason: `This number is too small.`,
        remedy: `Give a number ${issue.inclusive === false ? 'above' : 'of at least'} ${issue.minimum}.`,
      }
    case 'too_big': {
      const what = { array: 'list', string: 'text' }[issue.origin as string] ?? 'number'
      const unit = { array: ' entries', string: ' characters' }[issue.origin as string] ?? ''
      return { reason: `This ${what} is too large.`, remedy: `Stay within ${issue.maximum}${unit}.` }
    }
    default:
      return { ...sentence(issue.message), remedy: fallbackRemedy }
  }
}

function notOneOf(value: unknown, known: string[]): Explanation {
  const written = typeof value === 'string' && value.length <= 60 ? `\`${value}\`` : 'This'
  const hint = typeof value === 'string' ? didYouMean(value, known) : ''
  return {
    reason: `${written} is not one of the values known here.${hint}`,
    remedy: `Use one of: ${known.join(', ')}.`,
  }
}

function sentence(message: string): { reason: string } {
  const text = message.charAt(0).toUpperCase() + message.slice(1)
  return { reason: /[.?!]$/.test(text) ? text : `${text}.` }
}

function typeWord(value: unknown): string {
  if (value === null) return 'empty'
  if (Array.isArray(value)) return 'a list'
  const words: Record<string, string> = {
    string: 'a text',
    number: 'a number',
    boolean: 'a yes-or-no',
    object: 'a mapping',
  }
  return words[typeof value] ?? 'something else'
}

function expectedWord(expected: string): string {
  const words: Record<string, string> = {
    string: 'a text',
    number: 'a number',
    int: 'a whole number',
    boolean: '`true` or `false`',
    array: 'a list',
    object: 'a mapping',
    record: 'a mapping',
  }
  return words[expected] ?? `a value of type ${expected}`
}

function lastName(path: PlanPath): string {
  const step = path.at(-1)
  if (typeof step !== 'number') return String(step)
  return `${String(path.at(-2))}[${step}]`
}
