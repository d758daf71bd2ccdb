import type { DatasetFingerprints } from '../contract/dataset.ts'
import { fingerprintsKey } from '../contract/layout.ts'
import type { EpochInput } from '../contract/run.ts'
import { toLines } from '../store/json.ts'
import type { ActivityDependencies } from './dependencies.ts'
import { withHeartbeat } from './heartbeat.ts'
import { readDatasets } from './lists.ts'
import { inEpoch } from './source.ts'

export function fingerprintActivities(dependencies: ActivityDependencies) {
  return {
    /** Counts and digests every dataset at the source, by a path that the export does not use. Returns the records. */
    async fingerprintSource(input: EpochInput & { skip: boolean }): Promise<{ records: number }> {
      return withHeartbeat(({ signal }) =>
        inEpoch(dependencies, input, signal, async (epoch) => {
          const ref = { ...input.run, ...input }
          const store = dependencies.storeOf(input.run.bucket)
          const fingerprints: DatasetFingerprints[] = []
          let records = 0
          for (const dataset of await readDatasets(store, ref)) {
            if (!dataset.hasRecords || input.skip) continue
            const source = await epoch.fingerprint(dataset, signal)
            records += source.records
            fingerprints.push({ datasetId: dataset.id, source })
          }
          await store.put(fingerprintsKey(ref), toLines(fingerprints))
          return { records }
        }),
      )
    },
  }
}
