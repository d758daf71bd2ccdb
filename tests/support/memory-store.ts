import { ReversibilityError } from '../../contract/errors.ts'
import type { ObjectStore, StoredObject } from '../../store/object-store.ts'

/** A versioned store in memory, for what needs no server: every version is kept until it is deleted. */
export class MemoryStore implements ObjectStore {
  readonly versions = new Map<string, { versionId: string; bytes: Buffer }[]>()
  #next = 1

  async put(
    key: string,
    body: Uint8Array | AsyncIterable<Uint8Array>,
    options: { ifAbsent?: boolean } = {},
  ): ReturnType<ObjectStore['put']> {
    const bytes = body instanceof Uint8Array ? Buffer.from(body) : await collect(body)
    const known = this.versions.get(key) ?? []
    if (options.ifAbsent && known.length > 0) return { created: false }
    const version = { versionId: `v${this.#next++}`, bytes }
    this.versions.set(key, [...known, version])
    return { created: true, object: stored(key, version) }
  }

  async *get(key: string, options: { versionId?: string | null } = {}): AsyncIterable<Uint8Array> {
    const known = this.versions.get(key) ?? []
    const version = options.versionId
      ? known.find(({ versionId }) => versionId === options.versionId)
      : known.at(-1)
    if (!version)
      throw new ReversibilityError('not-found', `There is no ${key}.`, { remedy: 'Store it first.' })
    yield version.bytes
  }

  async head(key: string): Promise<StoredObject | undefined> {
    const version = this.versions.get(key)?.at(-1)
    return version && stored(key, version)
  }

  async *list(prefix: string): AsyncIterable<StoredObject> {
    for (const [key, versions] of [...this.versions].sort()) {
      if (key.startsWith(prefix) && versions.length > 0) yield stored(key, versions.at(-1)!)
    }
  }

  async *listVersions(prefix: string): ReturnType<ObjectStore['listVersions']> {
    for (const [key, versions] of [...this.versions].sort()) {
      if (!key.startsWith(prefix)) continue
      for (const version of versions) {
        const object = { ...stored(key, version), versionId: version.versionId }
        yield { ...object, isLatest: version === versions.at(-1), isDeleteMarker: false }
      }
    }
  }

  async deleteVersion(key: string, versionId: string): Promise<void> {
    this.versions.set(
      key,
      (this.versions.get(key) ?? []).filter((version) => version.versionId !== versionId),
    )
  }

  async abandonUploads(): Promise<number> {
    return 0
  }

  async retain(): Promise<void> {
    throw new Error('not needed here')
  }

  async presign(): Promise<string> {
    throw new Error('not needed here')
  }
}

function stored(key: string, version: { versionId: string; bytes: Buffer }): StoredObject {
  return {
    key,
    bytes: version.bytes.length,
    versionId: version.versionId,
    modifiedAt: '2027-01-01T00:00:00Z',
  }
}

async function collect(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of body) chunks.push(chunk)
  return Buffer.concat(chunks)
}
