import type { Dataset, Description, RestoreStage, Volume } from '../contract/dataset.ts'
import type { ScratchTarget } from './connector.ts'

const stages: RestoreStage[] = ['before', 'data', 'after']

export interface Loading<V extends Pick<Volume, 'datasetId' | 'partIndex'>> {
  datasets: ReadonlyMap<string, Dataset>
  descriptions: ReadonlyMap<string, Description>
  /** In dataset and part order; called once a stage. */
  volumes(): AsyncIterable<V>
  /** Path under `data/` without `.zst` and `.age`. */
  pathOf(volume: V): string
  /** The plain bytes, which fail when they are not those that were sealed. */
  read(volume: V): AsyncIterable<Uint8Array>
  onLoaded(volume: V): void
  signal: AbortSignal
}

/** Loads a package's volumes stage by stage: definitions, then data, then what checks or completes it. */
export async function loadInOrder<V extends Pick<Volume, 'datasetId' | 'partIndex'>>(
  target: ScratchTarget,
  loading: Loading<V>,
): Promise<void> {
  for (const stage of stages) {
    for await (const volume of loading.volumes()) {
      loading.signal.throwIfAborted()
      const dataset = loading.datasets.get(volume.datasetId)!
      if (dataset.restoreStage !== stage) continue
      await target.load(
        {
          dataset,
          description: loading.descriptions.get(volume.datasetId)!,
          partIndex: volume.partIndex,
          path: loading.pathOf(volume),
        },
        loading.read(volume),
        loading.signal,
      )
      loading.onLoaded(volume)
    }
  }
}
