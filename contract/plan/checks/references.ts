import type { Fault } from '../problem.ts'
import { field, select, selectTexts } from '../select.ts'
import { didYouMean } from '../suggest.ts'

/** Lists whose entries have an id of their own. */
const identified = [
  'contract.clauses',
  'people',
  'scope.services',
  'scope.exclusions',
  'sources',
  'subcontractors',
  'documents',
  'assets',
  'knowledge',
]

const references: readonly { from: string; to: 'people' | 'sources' | 'scope.services'; word: string }[] = [
  { from: 'scope.services[].sources[]', to: 'sources', word: 'source' },
  { from: 'locations.main[].holds[]', to: 'sources', word: 'source' },
  { from: 'locations.backup[].holds[]', to: 'sources', word: 'source' },
  { from: 'locations.disasterRecovery[].holds[]', to: 'sources', word: 'source' },
  { from: 'subcontractors[].holds[]', to: 'sources', word: 'source' },
  { from: 'documents[].from.source', to: 'sources', word: 'source' },
  { from: 'documents[].owner', to: 'people', word: 'person' },
  { from: 'documents[].acknowledgedBy', to: 'people', word: 'person' },
  { from: 'assets[].owner', to: 'people', word: 'person' },
  { from: 'assets[].services[]', to: 'scope.services', word: 'service' },
  { from: 'knowledge[].owner', to: 'people', word: 'person' },
  { from: 'knowledge[].receivers[]', to: 'people', word: 'person' },
]

/** Ids are unique in their list, and whatever names one names one that exists. */
export function checkReferences(plan: unknown): Fault[] {
  const faults = identified.flatMap((list) => checkUnique(plan, list))
  for (const { from, to, word } of references) {
    const known = idsOf(plan, to)
    for (const { path, value } of selectTexts(plan, from)) {
      if (!known.has(value)) faults.push({ path, ...unknown(value, word, to, known) })
    }
  }
  const sources = idsOf(plan, 'sources')
  const targets = select(plan, 'rehearsal.restoreTargets')[0]
  for (const key of Object.keys(targets?.value ?? {})) {
    if (field(targets?.value, key) === undefined || sources.has(key)) continue
    faults.push({
      path: [...(targets?.path ?? []), key],
      at: 'key',
      ...unknown(key, 'source', 'sources', sources),
    })
  }
  return faults
}

export function idsOf(plan: unknown, list: string): Set<string> {
  return new Set(selectTexts(plan, `${list}[].id`).map(({ value }) => value))
}

function checkUnique(plan: unknown, list: string): Fault[] {
  const seen = new Set<string>()
  const faults: Fault[] = []
  for (const { path, value } of selectTexts(plan, `${list}[].id`)) {
    if (seen.has(value)) {
      const reason = `The id \`${value}\` is used twice in \`${list}\`.`
      faults.push({ path, reason, remedy: 'Give each entry an id of its own.' })
    }
    seen.add(value)
  }
  return faults
}

function unknown(value: string, word: string, list: string, known: Set<string>) {
  const shown = value.length <= 64 ? `\`${value}\`` : 'This'
  const names = [...known].slice(0, 20).join(', ')
  return {
    reason: `${shown} is not the id of a ${word} of this plan.${didYouMean(value, known)}`,
    remedy:
      known.size === 0
        ? `Add the ${word} under \`${list}\`.`
        : `Use one of: ${names}; or add the ${word} under \`${list}\`.`,
  }
}
