import type { Dataset, Description, Omission } from '../contract/dataset.ts'
import { datasetsKey, descriptionsKey, omissionsKey } from '../contract/layout.ts'
import type { DiscoverySummary, EpochInput } from '../contract/run.ts'
import { toLines } from '../store/json.ts'
import type { ActivityDependencies } from './dependencies.ts'
import { withHeartbeat } from './heartbeat.ts'
import { inEpoch } from './source.ts'

/** More than these are in the package's omissions, not in findings: a history must not grow with the source. */
const maxOmissionsTold = 20
const maxNeighboursTold = 50

export function discoverActivities(dependencies: ActivityDependencies) {
  return {
    /** Lists what the source really holds into the store, and tells what a person should know of it. */
    async discoverSource(input: EpochInput): Promise<DiscoverySummary> {
      return withHeartbeat(({ signal }) =>
        inEpoch(dependencies, input, signal, async (epoch, connector) => {
          const ref = { ...input.run, ...input }
          const store = dependencies.storeOf(input.run.bucket)
          const datasets: Dataset[] = []
          const omissions: Omission[] = []
          const summary: DiscoverySummary = {
            datasets: 0,
            estimatedBytes: 0,
            estimatedRecords: 0,
            omissions: 0,
            firstOmissions: [],
            partialAccess: [],
            neighbours: [],
            address: connector.address,
          }
          for await (const found of epoch.discover(signal)) {
            if (found.type === 'dataset') {
              datasets.push(found.dataset)
              summary.estimatedBytes += found.dataset.estimatedBytes
              summary.estimatedRecords += found.dataset.estimatedRecords ?? 0
            } else if (found.type === 'omission') {
              omissions.push(found.omission)
            } else if (found.type === 'neighbour') {
              if (summary.neighbours.length < maxNeighboursTold) summary.neighbours.push(found.neighbour)
            } else if (summary.partialAccess.length < maxOmissionsTold) {
              summary.partialAccess.push({ item: found.item, reason: found.reason, remedy: found.remedy })
            }
          }
          summary.datasets = datasets.length
          summary.omissions = omissions.length
          summary.firstOmissions = omissions
            .filter(({ code }) => code !== 'excluded-by-plan')
            .slice(0, maxOmissionsTold)
          const descriptions: Description[] = []
          for (const dataset of datasets) {
            descriptions.push(await epoch.describe(dataset, signal))
          }
          await store.put(datasetsKey(ref), toLines(datasets))
          await store.put(omissionsKey(ref), toLines(omissions))
          await store.put(descriptionsKey(ref), toLines(descriptions))
          return summary
        }),
      )
    },
  }
}
