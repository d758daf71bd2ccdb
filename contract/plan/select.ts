import type { PlanPath } from './problem.ts'

export interface Selected {
  path: PlanPath
  value: unknown
}

/**
 * The values that a pattern names in a plan as it was written, whether or not the rest of it is well formed:
 * `documents[].from.source`, `scope.services[].sources[]`. What is missing or of another shape is passed over.
 */
export function select(root: unknown, pattern: string): Selected[] {
  let found: Selected[] = [{ path: [], value: root }]
  for (const step of pattern.split('.')) {
    const isList = step.endsWith('[]')
    const name = isList ? step.slice(0, -2) : step
    found = found.flatMap(({ path, value }) => {
      const child = field(value, name)
      if (child === undefined) return []
      const next = { path: [...path, name], value: child }
      if (!isList) return [next]
      if (!Array.isArray(child)) return []
      return child.map((item, index) => ({ path: [...next.path, index], value: item as unknown }))
    })
  }
  return found
}

export interface SelectedText {
  path: PlanPath
  value: string
}

export function selectTexts(root: unknown, pattern: string): SelectedText[] {
  return select(root, pattern).filter((item): item is SelectedText => typeof item.value === 'string')
}

export function selectText(root: unknown, pattern: string): string | undefined {
  return selectTexts(root, pattern)[0]?.value
}

/** An own field of an object, undefined for anything else. */
export function field(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  return Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined
}

export function valueAt(root: unknown, path: PlanPath): unknown {
  let value = root
  for (const step of path) {
    if (typeof step === 'number') value = Array.isArray(value) ? value[step] : undefined
    else value = field(value, step)
  }
  return value
}
