import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { Entry } from './entry.ts'

export interface WantedFile {
  path: Uint8Array
  bytes: number
  mode: number
  uid: number
  gid: number
  mtimeNanoseconds: bigint
  inode: bigint
}

export interface SmallFilesQuestion {
  id: number
  root: Uint8Array
  files: WantedFile[]
}

export interface SmallFilesAnswer {
  id: number
  /** The contents one after the other, each as long as it was listed. */
  contents: ArrayBuffer
  /** 1 for each file that was read, and is as it was listed. */
  read: Uint8Array
}

export interface SmallFiles {
  /** In the order of the entries; undefined for what is no longer as listed, cannot be opened, or changed meanwhile. */
  contents: (Buffer | undefined)[]
  /** Gives the memory of the contents back at once, not at some garbage collection: they are empty afterwards. */
  free(): void
}

/**
 * Reads many small files at once, in threads: five calls a file cost less there than sending each call to the thread pool
 * and back.
 */
export async function readSmallFiles(root: Buffer, entries: Entry[]): Promise<SmallFiles> {
  const files = entries.map(({ path, bytes, mode, uid, gid, mtimeNanoseconds, inode }) => ({
    path,
    bytes,
    mode,
    uid,
    gid,
    mtimeNanoseconds,
    inode,
  }))
  const { contents, read } = await idlest().ask(root, files)
  let offset = 0
  return {
    contents: files.map((file, at) => {
      const content = Buffer.from(contents, offset, file.bytes)
      offset += file.bytes
      return read[at] === 1 ? content : undefined
    }),
    free: () => void contents.transfer(0),
  }
}

const threads: Thread[] = []
const maxThreads = Math.min(2, availableParallelism())

function idlest(): Thread {
  const thread = threads.toSorted((a, b) => a.waiting - b.waiting)[0]
  if (thread !== undefined && (thread.waiting === 0 || threads.length >= maxThreads)) return thread
  const another = new Thread()
  threads.push(another)
  return another
}

/** Shared by all readings of this process; ends with it, and never keeps it alive but while it is asked something. */
class Thread {
  readonly #worker: Worker
  readonly #asked = new Map<
    number,
    { resolve: (answer: SmallFilesAnswer) => void; reject: (error: unknown) => void }
  >()
  #lastId = 0

  constructor() {
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
    this.#worker = new Worker(new URL(`./small-files-thread.${extension}`, import.meta.url), {
      resourceLimits: { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 64 },
    })
    this.#worker.unref()
    this.#worker.on('message', (answer: SmallFilesAnswer) => {
      this.#asked.get(answer.id)?.resolve(answer)
      this.#forget(answer.id)
    })
    this.#worker.on('error', (error) => this.#end(error))
    this.#worker.on('exit', () => this.#end(new Error('A thread that reads files ended.')))
  }

  get waiting(): number {
    return this.#asked.size
  }

  ask(root: Uint8Array, files: WantedFile[]): Promise<SmallFilesAnswer> {
    const id = ++this.#lastId
    return new Promise((resolve, reject) => {
      this.#asked.set(id, { resolve, reject })
      this.#worker.ref()
      this.#worker.postMessage({ id, root, files } satisfies SmallFilesQuestion)
    })
  }

  #forget(id: number): void {
    this.#asked.delete(id)
    if (this.#asked.size === 0) this.#worker.unref()
  }

  #end(error: unknown): void {
    if (threads.includes(this)) threads.splice(threads.indexOf(this), 1)
    for (const [id, { reject }] of this.#asked) {
      reject(error)
      this.#asked.delete(id)
    }
  }
}
