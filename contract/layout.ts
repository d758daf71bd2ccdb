/** Where things are in the bucket: `<contractId>/<runId>/…`. The one place that knows. */
export interface RunRef {
  contractId: string
  runId: string
}

export function runPrefix(run: RunRef): string {
  return `${run.contractId}/${run.runId}/`
}

export const planKey = (run: RunRef) => `${runPrefix(run)}plan.yaml`
export const statusKey = (run: RunRef) => `${runPrefix(run)}status.json`
export const journalPrefix = (run: RunRef) => `${runPrefix(run)}journal/`
export const journalKey = (run: RunRef, sequence: number) =>
  `${journalPrefix(run)}${String(sequence).padStart(8, '0')}.json`
export const checkpointKey = (run: RunRef, sequence: number) =>
  `${journalPrefix(run)}checkpoint-${String(sequence).padStart(8, '0')}.json`
export const recordKey = (run: RunRef, name: string) => `${runPrefix(run)}records/${name}`
/** The rehearsal's own key, sealed under the workers' keyring; erased with its copies. */
export const ephemeralKeyKey = (run: RunRef) => `${runPrefix(run)}work/ephemeral-key.json`
export const runWorkPrefix = (run: RunRef) => `${runPrefix(run)}work/`

export const sourcePrefix = (run: RunRef, sourceId: string) => `${runPrefix(run)}sources/${sourceId}/`
export const resultKey = (run: RunRef, sourceId: string) => `${recordKey(run, `source-${sourceId}.json`)}`

/** One epoch of one source: its package, and beside it what the work needs and the client does not. */
export interface EpochRef extends RunRef {
  sourceId: string
  epoch: number
}

const epochName = (epoch: number) => `epoch-${String(epoch).padStart(4, '0')}`
export const packagePrefix = (ref: EpochRef) => `${sourcePrefix(ref, ref.sourceId)}${epochName(ref.epoch)}/`
export const bagKey = (ref: EpochRef, path: string) => `${packagePrefix(ref)}bag/${path}`
export const rootKey = (ref: EpochRef) => `${packagePrefix(ref)}root.json`
export const epochWorkPrefix = (ref: EpochRef) =>
  `${sourcePrefix(ref, ref.sourceId)}work/${epochName(ref.epoch)}/`
export const datasetsKey = (ref: EpochRef) => `${epochWorkPrefix(ref)}datasets.jsonl`
export const omissionsKey = (ref: EpochRef) => `${epochWorkPrefix(ref)}omissions.jsonl`
export const descriptionsKey = (ref: EpochRef) => `${epochWorkPrefix(ref)}descriptions.jsonl`
export const fingerprintsKey = (ref: EpochRef) => `${epochWorkPrefix(ref)}fingerprints.jsonl`
export const restoredKey = (ref: EpochRef) => `${epochWorkPrefix(ref)}restored.jsonl`
export const partsPageKey = (ref: EpochRef, page: number) =>
  `${epochWorkPrefix(ref)}parts/${String(page).padStart(6, '0')}.jsonl`
export const volumeRecordKey = (ref: EpochRef, part: number) =>
  `${epochWorkPrefix(ref)}volumes/${String(part).padStart(8, '0')}.json`
export const workspacePrefix = (ref: EpochRef) => `${epochWorkPrefix(ref)}connector/`
