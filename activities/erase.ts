import {
  type EpochRef,
  epochWorkPrefix,
  packagePrefix,
  runWorkPrefix,
  sourcePrefix,
} from '../contract/layout.ts'
import type { RunContext, SourceInput } from '../contract/run.ts'
import type { ObjectStore } from '../store/object-store.ts'
import type { ActivityDependencies } from './dependencies.ts'
import { withHeartbeat } from './heartbeat.ts'

export interface Erased {
  versions: number
  bytes: number
  /** Versions still listed afterwards: anything but zero is a finding. */
  remaining: number
}

export function eraseActivities(dependencies: ActivityDependencies) {
  return {
    /** Erases an epoch that was given up: its volumes and its work area. */
    async eraseEpoch(input: SourceInput): Promise<Erased> {
      const ref: EpochRef = { ...input.run, ...input }
      return withHeartbeat(() =>
        erase(dependencies.storeOf(input.run.bucket), [packagePrefix(ref), epochWorkPrefix(ref)]),
      )
    },

    /**
     * Erases a rehearsal's copies: every version of everything under its sources and its work area, the key first,
     * then makes sure by listing again. The journal, the plan and the records stay.
     */
    async eraseCopies(input: { run: RunContext; sourceIds: string[] }): Promise<Erased> {
      const prefixes = input.sourceIds.map((sourceId) => sourcePrefix(input.run, sourceId))
      return withHeartbeat(() =>
        erase(dependencies.storeOf(input.run.bucket), [runWorkPrefix(input.run), ...prefixes]),
      )
    },
  }
}

async function erase(store: ObjectStore, prefixes: string[]): Promise<Erased> {
  const erased: Erased = { versions: 0, bytes: 0, remaining: 0 }
  // What a killed worker had begun to send is a copy too, and no listing of versions shows it.
  for (const prefix of prefixes) erased.versions += await store.abandonUploads(prefix)
  for (const prefix of prefixes) {
    let batch: Promise<void>[] = []
    for await (const version of store.listVersions(prefix)) {
      erased.versions += 1
      erased.bytes += version.bytes
      batch.push(store.deleteVersion(version.key, version.versionId))
      if (batch.length === 16) {
        await Promise.all(batch)
        batch = []
      }
    }
    await Promise.all(batch)
  }
  for (const prefix of prefixes) {
    for await (const _ of store.listVersions(prefix)) erased.remaining += 1
  }
  return erased
}
