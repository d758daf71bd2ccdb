import type { DatasetFingerprints } from '../contract/dataset.ts'
import type { Finding } from '../contract/finding.ts'
import { newFinding } from '../contract/finding-values.ts'
import { type Fingerprint, sameFingerprint } from '../contract/fingerprint.ts'
import { type EpochRef, fingerprintsKey, restoredKey, resultKey } from '../contract/layout.ts'
import type { SourceInput } from '../contract/run.ts'
import type { DatasetResult, SourceResult } from '../contract/status.ts'
import { readLines, writeJson } from '../store/json.ts'
import type { ObjectStore } from '../store/object-store.ts'
import type { ActivityDependencies } from './dependencies.ts'
import { withHeartbeat } from './heartbeat.ts'
import { readDatasets } from './lists.ts'
import { loadPlan } from './plan.ts'
import type { RestoredDataset } from './restore.ts'
import { recordsOf } from './seal.ts'
import { sourceOf } from './source.ts'

export interface ConcludeTask extends SourceInput {
  /** Everything of the result that the workflow knows itself. */
  known: Omit<SourceResult, 'title' | 'connector' | 'datasets' | 'outcome'>
  parts: number
  restored: boolean
  estimatedBytes: number
}

export interface Concluded {
  outcome: SourceResult['outcome']
  findings: Finding[]
}

const maxMismatchesTold = 20

export function concludeActivities(dependencies: ActivityDependencies) {
  return {
    /** Sets source, package and restored side by side, and writes what the extraction came to. */
    async concludeSource(task: ConcludeTask): Promise<Concluded> {
      return withHeartbeat(async () => {
        const ref: EpochRef = { ...task.run, ...task }
        const store = dependencies.storeOf(task.run.bucket)
        const plan = await loadPlan(dependencies, task.run)
        const source = sourceOf(plan, task.sourceId)
        const failed = task.known.failure !== undefined
        const datasets = failed ? [] : await compareDatasets(store, ref, task)
        const mismatches = datasets.flatMap((dataset) => mismatchesOf(dataset, task.restored))
        const findings = [
          ...task.known.findings,
          ...mismatches.slice(0, maxMismatchesTold),
          ...(failed ? [] : volumeFinding(source, task)),
        ]
        const outcome = failed || mismatches.length > 0 ? 'failed' : task.restored ? 'restored' : 'verified'
        const result: SourceResult = {
          ...task.known,
          title: source.title,
          connector: source.connector,
          outcome,
          datasets,
          findings,
        }
        await writeJson(store, resultKey(task.run, task.sourceId), result)
        return { outcome, findings }
      })
    },
  }
}

async function compareDatasets(
  store: ObjectStore,
  ref: EpochRef,
  task: ConcludeTask,
): Promise<DatasetResult[]> {
  const results = new Map<string, DatasetResult>()
  const counted = new Set<string>()
  const packaged = new Map<string, { records: number; sum: bigint }>()
  for (const dataset of await readDatasets(store, ref)) {
    if (dataset.hasRecords) counted.add(dataset.id)
    results.set(dataset.id, {
      sourceId: task.sourceId,
      datasetId: dataset.id,
      kind: dataset.kind,
      source: null,
      package: null,
      restored: null,
      deliveredBytes: 0,
      plainBytes: 0,
    })
  }
  for await (const volume of recordsOf(store, ref, task.parts)) {
    const result = results.get(volume.datasetId)!
    result.deliveredBytes += volume.deliveredBytes
    result.plainBytes += volume.plainBytes
    if (!volume.fingerprint || !counted.has(volume.datasetId)) continue
    const known = packaged.get(volume.datasetId) ?? { records: 0, sum: 0n }
    known.records += volume.fingerprint.records
    known.sum = BigInt.asUintN(64, known.sum + BigInt(`0x${volume.fingerprint.digest}`))
    packaged.set(volume.datasetId, known)
  }
  for (const [datasetId, { records, sum }] of packaged) {
    results.get(datasetId)!.package = { records, digest: sum.toString(16).padStart(16, '0') }
  }
  for await (const each of readLines<DatasetFingerprints>(store.get(fingerprintsKey(ref)))) {
    results.get(each.datasetId)!.source = each.source
  }
  if (task.restored) {
    for await (const each of readLines<RestoredDataset>(store.get(restoredKey(ref)))) {
      results.get(each.datasetId)!.restored = each.restored
    }
  }
  return [...results.values()]
}

function mismatchesOf(dataset: DatasetResult, wasRestored: boolean): Finding[] {
  const { source } = dataset
  if (!source) return []
  const sides: ['package' | 'restored', Fingerprint | null][] = [['package', dataset.package]]
  if (wasRestored) sides.push(['restored', dataset.restored])
  const findings: Finding[] = []
  for (const [side, other] of sides) {
    // Nobody but the client can open an encrypted package: the package's side is then unknown, not wrong.
    if (side === 'package' && other === null) continue
    if (other && sameFingerprint(source, other)) continue
    findings.push(
      newFinding('fingerprint-mismatch', 'blocker', `source:${dataset.sourceId}`, {
        dataset: dataset.datasetId,
        side,
        sourceRecords: source.records,
        otherRecords: other?.records ?? 0,
      }),
    )
  }
  return findings
}

/** A source far from what the contract expects changes how long the exit takes and what it costs. */
function volumeFinding(source: ReturnType<typeof sourceOf>, task: ConcludeTask): Finding[] {
  const { expected } = source
  if (!expected?.bytes) return []
  const realBytes = task.estimatedBytes
  const difference = (Math.abs(realBytes - expected.bytes) / expected.bytes) * 100
  if (difference <= expected.tolerancePercent) return []
  const { billing } = expected
  const workUnits = billing ? Math.ceil((realBytes - expected.bytes) / billing.per) * billing.workUnits : 0
  return [
    newFinding('volume-far-from-declared', 'minor', `source:${source.id}`, {
      declaredBytes: expected.bytes,
      realBytes,
      ratioPercent: Math.round((realBytes / expected.bytes) * 1000) / 10,
      ...(workUnits === 0 ? {} : { workUnits }),
    }),
  ]
}
