import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  visit,
  type YAMLError,
} from 'yaml'
import type { PlanPath } from './problem.ts'

/** A megabyte of YAML is some 20,000 lines: far beyond any contract, and parsed in well under a second. */
export const maxPlanBytes = 1_000_000
const maxAliases = 50
const maxExpandedCharacters = 4_000_000
const maxSyntaxProblems = 20

const tooDeep = {
  reason: 'it is nested too deeply to be read',
  remedy: 'Remove the nesting: no part of a plan needs more than ten levels.',
}

export interface Position {
  line: number
  column: number
}

export interface SyntaxProblem extends Position {
  reason: string
  remedy: string
}

/** A YAML text read once: its value as plain JSON, and where each part of it stands. */
export interface YamlDocument {
  value: unknown
  /** Of the value at a path; of its nearest parent's key when there is no such value. */
  positionOf(path: PlanPath, at: 'key' | 'value'): Position
}

type Read =
  | { document: YamlDocument; problems?: undefined }
  | { problems: SyntaxProblem[]; document?: undefined }

/** Reads YAML 1.2, core schema, one document. Refuses what is too large, circular, or expands beyond reason. */
export function readYaml(text: string): Read {
  const start = { line: 1, column: 1 }
  if (Buffer.byteLength(text) > maxPlanBytes) {
    return refused(
      start,
      `the file is larger than ${maxPlanBytes / 1e6} MB`,
      'Keep data out of the plan, or split the contract.',
    )
  }
  const lines = new LineCounter()
  const positionAt = (offset: number): Position => {
    const { line, col } = lines.linePos(offset)
    return { line: Math.max(1, line), column: Math.max(1, col) }
  }
  let parsed: Document.Parsed
  try {
    parsed = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true })
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return refused(start, tooDeep.reason, tooDeep.remedy)
  }
  const faults = [...parsed.errors, ...parsed.warnings].slice(0, maxSyntaxProblems)
  if (faults.length > 0) {
    return { problems: faults.map((fault) => ({ ...positionAt(fault.pos[0]), ...explain(fault) })) }
  }
  let value: unknown
  let expanded: string
  try {
    const loose = unresolvedAlias(parsed)
    if (loose !== undefined) {
      const reason = 'this alias names no anchor above it'
      return refused(
        positionAt(loose.range?.[0] ?? 0),
        reason,
        'Write the value out, or put quotes around it.',
      )
    }
    value = parsed.toJS({ maxAliasCount: maxAliases })
    expanded = JSON.stringify(value ?? null)
  } catch (error) {
    if (error instanceof RangeError) return refused(start, tooDeep.reason, tooDeep.remedy)
    return refused(
      start,
      'its aliases refer to themselves or expand beyond reason',
      'Write the values out instead of using `*aliases`.',
    )
  }
  if (expanded.length > maxExpandedCharacters) {
    return refused(
      start,
      'its aliases expand beyond reason',
      'Write the values out instead of using `*aliases`.',
    )
  }
  return { document: { value, positionOf: (path, at) => positionOf(parsed, path, at, positionAt) } }
}

/** The parser finds these only when the value is made, and then says nothing of where. */
function unresolvedAlias(document: Document.Parsed): Alias.Parsed | undefined {
  let found: Alias.Parsed | undefined
  visit(document, {
    Alias(_, alias) {
      if (alias.resolve(document) !== undefined) return undefined
      found = alias as Alias.Parsed
      return visit.BREAK
    },
  })
  return found
}

function refused(position: Position, reason: string, remedy: string): { problems: SyntaxProblem[] } {
  return { problems: [{ ...position, reason, remedy }] }
}

const explanations: Partial<Record<YAMLError['code'], { reason: string; remedy: string }>> = {
  DUPLICATE_KEY: { reason: 'this key is written twice in the same place', remedy: 'Keep one of the two.' },
  TAB_AS_INDENT: { reason: 'a tab is used to indent', remedy: 'Indent with spaces.' },
  BAD_INDENT: {
    reason: 'the indentation does not fit what surrounds it',
    remedy: 'Align it with its neighbours, and close any bracket or quote opened above.',
  },
  MULTIPLE_DOCS: {
    reason: 'the file holds several documents',
    remedy: 'Keep one plan in a file, without `---` in it.',
  },
  TAG_RESOLVE_FAILED: {
    reason: 'this YAML tag is not known',
    remedy: 'Remove the `!tag`: a plan needs none.',
  },
  NON_STRING_KEY: {
    reason: 'this key is not a simple word',
    remedy: 'Use a plain word followed by a colon.',
  },
}

function explain(error: YAMLError): { reason: string; remedy: string } {
  // The parser's own messages quote the text at fault, which may be a secret: only their first sentence's
  // fixed words are used, where they hold none.
  const known = explanations[error.code]
  if (known !== undefined) return known
  const words = /["'`]/.test(error.message) ? '' : ` (${error.message.split('\n')[0]})`
  return {
    reason: `this is not well-formed YAML${words}`,
    remedy: 'Check the indentation, colons, brackets and quotes here and on the line above.',
  }
}

function positionOf(
  document: Document.Parsed,
  path: PlanPath,
  at: 'key' | 'value',
  positionAt: (offset: number) => Position,
): Position {
  let node: Node | null | undefined = document.contents
  let offset = node?.range?.[0] ?? 0
  for (const [depth, step] of path.entries()) {
    if (isAlias(node)) node = node.resolve(document)
    if (isMap(node)) {
      const pair = node.items.find(
        (item) => String((item.key as { value?: unknown } | null)?.value) === String(step),
      )
      if (pair === undefined) break
      const key = pair.key as Node | null
      const value = pair.value as Node | null
      const isLast = depth === path.length - 1
      const wantsKey = !isLast || at === 'key' || !startsOnLine(value)
      offset = (wantsKey ? key?.range?.[0] : value?.range?.[0]) ?? offset
      node = value
    } else if (isSeq(node)) {
      const item = node.items[Number(step)] as Node | undefined
      if (item === undefined) break
      offset = item.range?.[0] ?? offset
      node = item
    } else break
  }
  return positionAt(offset)
}

/** A mapping or list is best pointed at by its key; a single value by itself. */
function startsOnLine(value: Node | null): boolean {
  if (value === null || value.range === null || value.range === undefined) return false
  return !(isMap(value) || isSeq(value)) || value.flow === true
}
