import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Connector, ConnectorContext, Discovered, Epoch } from '../../connectors/connector.ts'
import { files } from '../../connectors/files/index.ts'
import { resolveSecret } from '../../connectors/secrets.ts'
import type { Dataset, Omission, Part } from '../../contract/dataset.ts'
import { memoryWorkspace } from './memory-workspace.ts'

export const never = new AbortController().signal

export async function openTree(
  root: string,
  options: { selection?: ConnectorContext['selection']; crossMounts?: boolean; maxConnections?: number } = {},
): Promise<{ connector: Connector; epoch: Epoch; found: Discovered[]; tree: Dataset; listing: Dataset }> {
  const { crossMounts } = options
  const config = files.config.parse({ root, ...(crossMounts === undefined ? {} : { crossMounts }) })
  const connector = await files.open(config, {
    secrets: resolveSecret,
    workspace: memoryWorkspace(),
    selection: options.selection ?? { include: ['**'], exclude: [] },
    maxConnections: options.maxConnections ?? 16,
  })
  const epoch = await connector.openEpoch(never)
  const found: Discovered[] = []
  for await (const item of epoch.discover(never)) found.push(item)
  const dataset = (id: string) => {
    const item = found.find((each) => each.type === 'dataset' && each.dataset.id === id)
    if (item?.type !== 'dataset') throw new Error(`No dataset ${id}.`)
    return item.dataset
  }
  return { connector, epoch, found, tree: dataset('/'), listing: dataset('listing') }
}

export async function partsOf(epoch: Epoch, dataset: Dataset, targetBytes = 1 << 26): Promise<Part[]> {
  const parts: Part[] = []
  for await (const part of epoch.partition(dataset, targetBytes, never)) parts.push(part)
  return parts
}

/** A part whole, in memory. */
export async function readPart(
  epoch: Epoch,
  part: Part,
): Promise<{ bytes: Buffer; records: number | null; omissions: Omission[] }> {
  const reading = epoch.read(part, never)
  const chunks: Uint8Array[] = []
  for await (const chunk of reading.bytes) chunks.push(chunk)
  return { bytes: Buffer.concat(chunks), records: reading.records(), omissions: reading.omissions() }
}

/** A part written to a file as it comes. */
export async function savePart(epoch: Epoch, part: Part, path: string): Promise<Omission[]> {
  const reading = epoch.read(part, never)
  await pipeline(Readable.from(reading.bytes, { objectMode: false }), createWriteStream(path))
  return reading.omissions()
}

/** Names and details of every entry of the listing dataset. */
export async function listedLines(epoch: Epoch, listing: Dataset): Promise<Record<string, unknown>[]> {
  const lines: Record<string, unknown>[] = []
  for (const part of await partsOf(epoch, listing)) {
    const { bytes } = await readPart(epoch, part)
    for (const line of bytes.toString().split('\n')) if (line !== '') lines.push(JSON.parse(line))
  }
  return lines
}

export async function* bytesOf(...chunks: Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks
}
