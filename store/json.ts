import type { ObjectStore } from './object-store.ts'

/** Reads a small object whole. Throws `not-found`. */
export async function readBytes(
  store: ObjectStore,
  key: string,
  options: { versionId?: string | null; signal?: AbortSignal } = {},
): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of store.get(key, options)) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** Reads a small JSON object that this product wrote itself; what it holds is the caller's knowledge. */
export async function readJson<T>(store: ObjectStore, key: string): Promise<T> {
  return JSON.parse((await readBytes(store, key)).toString('utf8')) as T
}

export async function writeJson(store: ObjectStore, key: string, value: unknown): Promise<void> {
  await store.put(key, Buffer.from(`${JSON.stringify(value)}\n`), { contentType: 'application/json' })
}

/** Reads JSON lines one by one, holding no more than a line and a chunk. */
export async function* readLines<T>(bytes: AsyncIterable<Uint8Array>): AsyncIterable<T> {
  let rest = Buffer.alloc(0)
  for await (const chunk of bytes) {
    rest = rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([rest, chunk])
    let start = 0
    for (let end = rest.indexOf(10, start); end !== -1; end = rest.indexOf(10, start)) {
      if (end > start) yield JSON.parse(rest.toString('utf8', start, end)) as T
      start = end + 1
    }
    rest = rest.subarray(start)
  }
  if (rest.length > 0) yield JSON.parse(rest.toString('utf8')) as T
}

/** The lines as bytes, in chunks worth sending. */
export async function* toLines(
  values: Iterable<unknown> | AsyncIterable<unknown>,
): AsyncIterable<Uint8Array> {
  let pending: string[] = []
  let length = 0
  for await (const value of values) {
    const line = `${JSON.stringify(value)}\n`
    pending.push(line)
    length += line.length
    if (length > 256 * 1024) {
      yield Buffer.from(pending.join(''))
      pending = []
      length = 0
    }
  }
  if (pending.length > 0) yield Buffer.from(pending.join(''))
}
