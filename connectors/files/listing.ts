import { hash, randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import { zstdCompress, zstdDecompress } from 'node:zlib'
import { ReversibilityError } from '../../contract/errors.ts'
import type { Workspace } from '../connector.ts'
import { type Entry, entryLine, parseEntryLine } from './entry.ts'
import { throwIfCancelled } from './file-error.ts'
import { tarBytes } from './tar-header.ts'
import type { Walked } from './walk.ts'

/** A place in the listing: a chunk, and a byte in its plain lines. */
export type Place = [chunk: number, byte: number]

interface Chunk {
  entries: number
  /** Of the plain lines. */
  bytes: number
  sha256: string
}

/** What is known of a whole listing. Written last: without it there is no epoch. */
export interface ListingIndex {
  version: 1
  id: string
  /** Of the source that was listed. */
  address: string
  openedAt: string
  entries: number
  /** Content of files, and what a tar adds to it. */
  archiveBytes: number
  chunks: Chunk[]
  /** Omissions and partial accesses, in the order of the walk. */
  issues: Chunk[]
}

export type Issue = Exclude<Walked, { type: 'entry' }>

const compress = promisify(zstdCompress)
const decompress = promisify(zstdDecompress)
const chunkTargetBytes = 4 * 1024 * 1024

/** Writes a walk into the workspace as it comes, in chunks of about 4 MiB of lines. Returns the token to join it by. */
export async function writeListing(
  workspace: Workspace,
  about: { address: string; openedAt: string },
  walk: AsyncIterable<Walked>,
): Promise<{ token: string; index: ListingIndex }> {
  const id = randomBytes(8).toString('hex')
  const entries = new ChunkWriter(workspace, `listing-${id}`)
  const issues = new ChunkWriter(workspace, `issues-${id}`)
  let archiveBytes = 0
  for await (const walked of walk) {
    if (walked.type === 'entry') {
      const { entry } = walked
      archiveBytes += tarBytes(entry)
      await entries.add(entryLine(entry))
    } else {
      await issues.add(JSON.stringify(walked))
    }
  }
  const chunks = await entries.end()
  const index: ListingIndex = {
    version: 1,
    id,
    ...about,
    entries: chunks.reduce((sum, chunk) => sum + chunk.entries, 0),
    archiveBytes,
    chunks,
    issues: await issues.end(),
  }
  const bytes = Buffer.from(JSON.stringify(index))
  await workspace.write(`listing-${id}.json`, once(bytes))
  return { token: `files-${id}-${hash('sha256', bytes)}`, index }
}

/** The listing a token stands for. Throws `epoch-lost` when there is none, or another. */
export async function readListingIndex(
  workspace: Workspace,
  token: string,
  signal: AbortSignal,
): Promise<ListingIndex> {
  const match = /^files-([0-9a-f]{16})-([0-9a-f]{64})$/.exec(token)
  if (match === null) throw lost('This is not the token of a reading of a tree.')
  const bytes = await wholeOf(workspace, `listing-${match[1]}.json`, signal)
  if (hash('sha256', bytes) !== match[2]) throw lost('The listing of the tree is not the one that was made.')
  return JSON.parse(bytes.toString()) as ListingIndex
}

export interface ListedEntry {
  entry: Entry
  /** Where its line begins, and where the next one does. */
  from: Place
  to: Place
}

/** Entries of the listing in order, from one place up to another; all of them without. */
export async function* readEntries(
  workspace: Workspace,
  index: ListingIndex,
  range: { from: Place; to: Place } | undefined,
  signal: AbortSignal,
): AsyncGenerator<ListedEntry> {
  const { from, to } = range ?? wholeRange(index)
  for (let chunk = from[0]; chunk < index.chunks.length && chunk <= to[0]; chunk++) {
    const start = chunk === from[0] ? from[1] : 0
    const end = chunk === to[0] ? to[1] : index.chunks[chunk]!.bytes
    if (start >= end) continue
    const lines = await readChunk(workspace, `listing-${index.id}`, index.chunks, chunk, signal)
    for (let at = start; at < end; ) {
      const lineEnd = lines.indexOf(0x0a, at)
      const entry = parseEntryLine(lines.toString('utf8', at, lineEnd))
      yield { entry, from: [chunk, at], to: [chunk, lineEnd + 1] }
      at = lineEnd + 1
    }
  }
}

export function wholeRange(index: ListingIndex): { from: Place; to: Place } {
  return { from: [0, 0], to: [index.chunks.length, 0] }
}

/** The lines of some chunks as they stand. */
export async function* readLines(
  workspace: Workspace,
  index: ListingIndex,
  chunks: { from: number; to: number },
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  for (let chunk = chunks.from; chunk < chunks.to; chunk++) {
    const lines = await readChunk(workspace, `listing-${index.id}`, index.chunks, chunk, signal)
    if (lines.length > 0) yield lines
  }
}

export async function* readIssues(
  workspace: Workspace,
  index: ListingIndex,
  signal: AbortSignal,
): AsyncGenerator<Issue> {
  for (let chunk = 0; chunk < index.issues.length; chunk++) {
    const lines = await readChunk(workspace, `issues-${index.id}`, index.issues, chunk, signal)
    for (const line of lines.toString().split('\n')) if (line !== '') yield JSON.parse(line) as Issue
  }
}

class ChunkWriter {
  readonly #workspace: Workspace
  readonly #name: string
  readonly #chunks: Chunk[] = []
  #lines: string[] = []
  #characters = 0

  constructor(workspace: Workspace, name: string) {
    this.#workspace = workspace
    this.#name = name
  }

  async add(line: string): Promise<void> {
    this.#lines.push(line, '\n')
    this.#characters += line.length + 1
    if (this.#characters >= chunkTargetBytes) await this.#flush()
  }

  async end(): Promise<Chunk[]> {
    if (this.#lines.length > 0) await this.#flush()
    return this.#chunks
  }

  async #flush(): Promise<void> {
    const bytes = Buffer.from(this.#lines.join(''))
    const chunk = { entries: this.#lines.length / 2, bytes: bytes.length, sha256: hash('sha256', bytes) }
    this.#lines = []
    this.#characters = 0
    await this.#workspace.write(chunkName(this.#name, this.#chunks.length), once(await compress(bytes)))
    this.#chunks.push(chunk)
  }
}

async function readChunk(
  workspace: Workspace,
  name: string,
  chunks: Chunk[],
  at: number,
  signal: AbortSignal,
): Promise<Buffer> {
  const chunk = chunks[at]!
  const lines = await decompress(await wholeOf(workspace, chunkName(name, at), signal))
  if (lines.length !== chunk.bytes || hash('sha256', lines) !== chunk.sha256) {
    throw new ReversibilityError('integrity-mismatch', 'The listing of the tree was altered.', {
      remedy: 'Open a new epoch of the source, and find out who writes to the work area.',
      subject: chunkName(name, at),
    })
  }
  return lines
}

function chunkName(name: string, at: number): string {
  return `${name}-${String(at).padStart(5, '0')}.jsonl.zst`
}

async function wholeOf(workspace: Workspace, name: string, signal: AbortSignal): Promise<Buffer> {
  throwIfCancelled(signal)
  const parts: Uint8Array[] = []
  try {
    for await (const part of workspace.read(name, signal)) parts.push(part)
  } catch (error) {
    throwIfCancelled(signal)
    if (error instanceof ReversibilityError && error.type === 'not-found') {
      throw lost('The listing of the tree is no longer in the work area.', error)
    }
    throw error
  }
  return Buffer.concat(parts)
}

function lost(message: string, cause?: unknown): ReversibilityError {
  return new ReversibilityError('epoch-lost', message, { remedy: 'Open a new epoch of the source.', cause })
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}
