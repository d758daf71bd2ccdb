import type { Part } from '../contract/dataset.ts'
import { partsPageKey } from '../contract/layout.ts'
import type { EpochInput, PartRange } from '../contract/run.ts'
import { toLines } from '../store/json.ts'
import type { ActivityDependencies } from './dependencies.ts'
import { withHeartbeat } from './heartbeat.ts'
import { partsPerPage, readDatasets } from './lists.ts'
import { inEpoch } from './source.ts'

/** A source has at most about this many extraction activities, whatever its size: histories stay small. */
const maxRanges = 96
/** Small parts share an activity up to this many bytes: a table of ten rows does not earn its own. */
const minRangeBytes = 32 * 1024 * 1024

export interface Partitioned {
  parts: number
  bytes: number
  ranges: PartRange[]
}

export function partitionActivities(dependencies: ActivityDependencies) {
  return {
    /** Cuts every dataset into parts, lists them in the store, and groups them into bounded ranges of work. */
    async partitionSource(input: EpochInput & { targetBytes: number }): Promise<Partitioned> {
      return withHeartbeat(({ signal }) =>
        inEpoch(dependencies, input, signal, async (epoch) => {
          const ref = { ...input.run, ...input }
          const store = dependencies.storeOf(input.run.bucket)
          const sizes: number[] = []
          let page: Part[] = []
          const flush = async () => {
            const number = Math.ceil(sizes.length / partsPerPage) - 1
            await store.put(partsPageKey(ref, number), toLines(page))
            page = []
          }
          for (const dataset of await readDatasets(store, ref)) {
            for await (const part of epoch.partition(dataset, input.targetBytes, signal)) {
              page.push(part)
              sizes.push(part.estimatedBytes)
              if (page.length === partsPerPage) await flush()
            }
          }
          if (page.length > 0) await flush()
          const bytes = sizes.reduce((sum, size) => sum + size, 0)
          return { parts: sizes.length, bytes, ranges: rangesOf(sizes, bytes) }
        }),
      )
    },
  }
}

/** Contiguous ranges of about equal bytes, never more than `maxRanges` of them plus one. */
export function rangesOf(sizes: readonly number[], totalBytes: number): PartRange[] {
  const rangeBytes = Math.max(minRangeBytes, Math.ceil((totalBytes / maxRanges) * 2))
  const rangeParts = Math.max(64, Math.ceil((sizes.length / maxRanges) * 2))
  const ranges: PartRange[] = []
  let from = 0
  let bytes = 0
  for (const [index, size] of sizes.entries()) {
    bytes += size
    if (bytes >= rangeBytes || index + 1 - from >= rangeParts || index + 1 === sizes.length) {
      ranges.push({ from, to: index + 1, bytes })
      from = index + 1
      bytes = 0
    }
  }
  return ranges
}
