import type { Client } from '@temporalio/client'
import proto from '@temporalio/proto'
import {
  contractAttribute,
  findingsAttribute,
  kindAttribute,
  phaseAttribute,
} from '../contract/search-attributes.ts'

// A CommonJS package whose names Node cannot see from outside.
const { temporal } = proto

const { INDEXED_VALUE_TYPE_KEYWORD, INDEXED_VALUE_TYPE_INT } = temporal.api.enums.v1.IndexedValueType

const wanted = {
  [contractAttribute.name]: INDEXED_VALUE_TYPE_KEYWORD,
  [kindAttribute.name]: INDEXED_VALUE_TYPE_KEYWORD,
  [phaseAttribute.name]: INDEXED_VALUE_TYPE_KEYWORD,
  [findingsAttribute.name]: INDEXED_VALUE_TYPE_INT,
}

/** Registers the attributes that runs are found by, where they are not yet: a workflow that set an unknown one would stand still. */
export async function ensureSearchAttributes(client: Client): Promise<void> {
  const { namespace } = client.options
  const { operatorService } = client.connection
  const { customAttributes } = await operatorService.listSearchAttributes({ namespace })
  const missing = Object.entries(wanted).filter(([name]) => !(name in customAttributes))
  if (missing.length === 0) return
  await operatorService.addSearchAttributes({ namespace, searchAttributes: Object.fromEntries(missing) })
}
