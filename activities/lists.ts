import type { Dataset, DatasetFingerprints, Description, Omission, Part } from '../contract/dataset.ts'
import {
  datasetsKey,
  descriptionsKey,
  type EpochRef,
  fingerprintsKey,
  omissionsKey,
  partsPageKey,
} from '../contract/layout.ts'
import { readLines } from '../store/json.ts'
import type { ObjectStore } from '../store/object-store.ts'

/** Parts are listed in pages, so that an activity reads those it works on and no more. */
export const partsPerPage = 256

async function all<T>(store: ObjectStore, key: string): Promise<T[]> {
  const values: T[] = []
  for await (const value of readLines<T>(store.get(key))) values.push(value)
  return values
}

export const readDatasets = (store: ObjectStore, ref: EpochRef) => all<Dataset>(store, datasetsKey(ref))
export const readDescriptions = (store: ObjectStore, ref: EpochRef) =>
  all<Description>(store, descriptionsKey(ref))
export const readOmissions = (store: ObjectStore, ref: EpochRef) => all<Omission>(store, omissionsKey(ref))
export const readFingerprints = (store: ObjectStore, ref: EpochRef) =>
  all<DatasetFingerprints>(store, fingerprintsKey(ref))

/** The parts `from` to `to` (not included), in order. */
export async function* readParts(
  store: ObjectStore,
  ref: EpochRef,
  range: { from: number; to: number },
): AsyncIterable<Part> {
  for (let index = range.from; index < range.to; ) {
    const page = Math.floor(index / partsPerPage)
    const parts = await all<Part>(store, partsPageKey(ref, page))
    for (const part of parts.slice(index - page * partsPerPage)) {
      if (index >= range.to) return
      yield part
      index += 1
    }
  }
}
