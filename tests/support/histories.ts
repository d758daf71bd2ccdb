import type { Client, WorkflowHandle } from '@temporalio/client'
import type { Payload } from '@temporalio/common'
import proto from '@temporalio/proto'
import { EncryptionCodec } from '../../temporal/codec.ts'
import type { Keyring } from '../../temporal/keyring.ts'

// A CommonJS package whose names Node cannot see from outside.
const { temporal } = proto

export type History = Awaited<ReturnType<WorkflowHandle['fetchHistory']>>

export async function historyOf(client: Client, workflowId: string): Promise<History> {
  return client.workflow.getHandle(workflowId).fetchHistory()
}

/** All that the Temporal server holds of a workflow, as bytes, and the same with every payload opened. */
export async function historyTexts(
  history: History,
  keyring: Keyring,
): Promise<{ raw: Buffer; opened: string; payloads: number }> {
  const codec = new EncryptionCodec(keyring)
  const opened: string[] = []
  let payloads = 0
  const walk = async (value: unknown): Promise<void> => {
    if (value === null || typeof value !== 'object' || ArrayBuffer.isView(value)) {
      if (typeof value === 'string') opened.push(value)
      return
    }
    if ('metadata' in value && 'data' in value && value.data) {
      const [plain] = await codec.decode([value as Payload])
      payloads += 1
      opened.push(Buffer.from(plain!.data!).toString('utf8'))
      return
    }
    for (const each of Object.values(value)) await walk(each)
  }
  await walk(history.events)
  const raw = Buffer.from(temporal.api.history.v1.History.encode(history).finish())
  return { raw, opened: opened.join('\n'), payloads }
}
