import { createRequire } from 'node:module'
import proto from '@temporalio/proto'
import { patchProtobufRoot } from '@temporalio/proto/lib/patch-protobuf-root.js'
import type { History } from '../support/histories.ts'

// The very copy of protobufjs that made the types: the SDK's own reader of such JSON asks for the types of its own copy, and
// refuses these where a package manager has put two.
const { fromJson } = createRequire(createRequire(import.meta.url).resolve('@temporalio/proto'))(
  'protobufjs/ext/protojson',
) as { fromJson(type: unknown, json: unknown, options: { ignoreUnknownFields: boolean }): History }

const root = patchProtobufRoot(proto as never) as unknown as { lookupType(name: string): unknown }

/** Reads a history as `temporal workflow show --output json` writes it. */
export function historyFromJson(text: string): History {
  const type = root.lookupType('temporal.api.history.v1.History')
  return fromJson(type, JSON.parse(text), { ignoreUnknownFields: true })
}
