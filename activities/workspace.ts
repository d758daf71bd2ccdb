import type { Workspace } from '../connectors/connector.ts'
import { type EpochRef, workspacePrefix } from '../contract/layout.ts'
import type { ObjectStore } from '../store/object-store.ts'

/** A connector's workspace, kept in the bucket beside the epoch it belongs to, and erased with it. */
export function workspaceOf(store: ObjectStore, ref: EpochRef): Workspace {
  const prefix = workspacePrefix(ref)
  return {
    write: async (name, bytes) => {
      await store.put(`${prefix}${name}`, bytes)
    },
    read: (name, signal) => store.get(`${prefix}${name}`, { signal }),
  }
}
