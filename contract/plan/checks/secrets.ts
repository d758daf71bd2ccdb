import type { Fault, PlanPath } from '../problem.ts'
import { isSecretReference, looksLikeReference } from '../secret-reference.ts'

const remedy =
  'Give a reference, env:NAME, file:/absolute/path or command:program argument, and change the secret that was written here.'

const secretKey = /(?:password|passwd|pwd|secret|token|credential|(?:private|api|access|signing)[-_]?key)$/i

/** No secret stands in the plan, wherever it may have been put. What was found is never repeated. */
export function checkSecrets(plan: unknown): Fault[] {
  const faults: Fault[] = []
  walk(plan, [], (path, value) => {
    const reason = faultOf(path, value)
    if (reason !== undefined) faults.push({ path, reason, remedy, sensitive: true })
  })
  return faults
}

/** Calls back for every text of a plan. */
export function walk(value: unknown, path: PlanPath, visit: (path: PlanPath, text: string) => void): void {
  if (typeof value === 'string') visit(path, value)
  else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) walk(item, [...path, index], visit)
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) walk(item, [...path, key], visit)
  }
}

/** Whether a line that could not be parsed had better not be shown. */
export function mayHoldSecret(line: string): boolean {
  return /password|passwd|pwd|secret|token|credential|key|:\/\/[^/\s]*:[^/\s]*@/i.test(line)
}

function faultOf(path: PlanPath, value: string): string | undefined {
  if (/AGE-SECRET-KEY-1|-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(value))
    return 'A private key must not be written in a plan.'
  if (/[a-z][a-z0-9+.-]*:\/\/[^/\s:@]*:[^/\s@]+@/i.test(value) || /[?&]password=[^&]/i.test(value)) {
    return 'A password must not be written in an address.'
  }
  if (/^(?:AKIA|ASIA)[A-Z0-9]{16}$/.test(value)) return 'An access key must not be written in a plan.'
  // Whether connectors check their own fields or not: a key named like this holds a reference or nothing.
  const key = path.at(-1)
  const isConnectors = path.includes('config')
  if (isConnectors && typeof key === 'string' && secretKey.test(key) && !isSecretReference(value)) {
    return looksLikeReference(value)
      ? 'This reference to a secret is not well formed.'
      : 'A secret must not be written in a plan, only where it is found.'
  }
  return undefined
}
