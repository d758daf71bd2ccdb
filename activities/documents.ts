import type { LocatedDocument } from '../connectors/connector.ts'
import { addDuration, durationSeconds, parseDuration } from '../contract/plan/duration.ts'
import type { PlanDocument } from '../contract/plan/plan.ts'
import type { DocumentResult } from '../contract/report.ts'
import type { EpochInput } from '../contract/run.ts'
import type { ActivityDependencies } from './dependencies.ts'
import { withHeartbeat } from './heartbeat.ts'
import { loadPlan } from './plan.ts'
import { connectorTypeOf, inEpoch, sourceOf } from './source.ts'

export function documentActivities(dependencies: ActivityDependencies) {
  return {
    /** Looks for the documents that the plan expects in this source, in the very reading that is handed over. */
    async checkDocuments(input: EpochInput & { at: string }): Promise<DocumentResult[]> {
      return withHeartbeat(async ({ signal }) => {
        const plan = await loadPlan(dependencies, input.run)
        const expected = plan.documents.filter(({ from }) => from?.source === input.sourceId)
        if (expected.length === 0) return []
        const type = connectorTypeOf(dependencies, sourceOf(plan, input.sourceId))
        return inEpoch(dependencies, input, signal, async (epoch) => {
          const results: DocumentResult[] = []
          for (const document of expected) {
            let newest: LocatedDocument | undefined
            for await (const found of type.locateDocuments!(epoch, document.from!.path, signal)) {
              if (!newest || found.modifiedAt > newest.modifiedAt) newest = found
            }
            results.push(judgeDocument(document, newest, input.at))
          }
          return results
        })
      })
    },
  }
}

/** Missing, stale by the plan's own measure, or present. `at` is RFC 3339. */
export function judgeDocument(
  document: PlanDocument,
  found: LocatedDocument | undefined,
  at: string,
): DocumentResult {
  const maxAge = document.maxAge === undefined ? undefined : parseDuration(document.maxAge)
  const maxAgeDays = maxAge && Math.round(durationSeconds(document.maxAge!) / 86_400)
  const result: DocumentResult = {
    id: document.id,
    title: document.title,
    required: document.required,
    owner: document.owner,
    state: 'missing',
    ...(document.from ? { path: document.from.path } : {}),
    ...(maxAgeDays === undefined ? {} : { maxAgeDays }),
  }
  if (!found) return result
  if (!maxAge) return { ...result, state: 'present', path: found.path, modifiedAt: found.modifiedAt }
  // Counted from its own date: twelve months are 365 days, or 366.
  const staleAt = addDuration(new Date(found.modifiedAt), maxAge)
  const stale = staleAt < new Date(at)
  result.maxAgeDays = ageInDays(found.modifiedAt, staleAt.toISOString())
  return { ...result, state: stale ? 'stale' : 'present', path: found.path, modifiedAt: found.modifiedAt }
}

export function ageInDays(modifiedAt: string, at: string): number {
  return Math.floor((Date.parse(at) - Date.parse(modifiedAt)) / 86_400_000)
}
