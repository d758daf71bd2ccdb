import { policies } from '../../policies/policies.ts'
import type { Fault } from '../problem.ts'
import { selectTexts } from '../select.ts'
import { didYouMean } from '../suggest.ts'

/** The policies named exist, in the version named, each once. */
export function checkPolicies(plan: unknown): Fault[] {
  const seen = new Set<string>()
  return selectTexts(plan, 'contract.policies[]').flatMap(({ path, value }): Fault[] => {
    const known = [...policies.keys()]
    if (!policies.has(value)) {
      const reason = `There is no policy \`${value.slice(0, 60)}\`.${didYouMean(value, known)}`
      return [{ path, reason, remedy: `Use one of: ${known.join(', ')}.` }]
    }
    if (seen.has(value)) {
      return [{ path, reason: `The policy \`${value}\` is named twice.`, remedy: 'Keep one of the two.' }]
    }
    seen.add(value)
    return []
  })
}
