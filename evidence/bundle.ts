import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { ZipArchive } from 'archiver'
import { type RunRef, runPrefix } from '../contract/layout.ts'
import type { ObjectStore } from '../store/object-store.ts'

/** What of a run is proof and not data: its plan, journal and records. */
const evidence = ['plan.yaml', 'journal/', 'records/']

/**
 * Writes a run's evidence as one ZIP, for an auditor who has no access to the bucket: the journal in it verifies as it
 * stands. Nothing of the client's data is in it.
 */
export async function writeEvidence(
  store: ObjectStore,
  run: RunRef,
  destination: NodeJS.WritableStream,
): Promise<void> {
  const archive = new ZipArchive({ zlib: { level: 9 } })
  const written = pipeline(archive, destination)
  // Awaited below; a full disk must not count as unhandled before.
  written.catch(() => {})
  try {
    for (const part of evidence) {
      for await (const { key, modifiedAt } of store.list(`${runPrefix(run)}${part}`)) {
        // One at a time: what is appended and not yet read would all be held open at once.
        const entry = new Promise((resolve, reject) => {
          archive.once('entry', resolve)
          written.catch(reject)
        })
        const source = Readable.from(store.get(key))
        source.once('error', (error) => archive.destroy(error))
        archive.append(source, { name: key.slice(runPrefix(run).length), date: new Date(modifiedAt) })
        await entry
      }
    }
    await Promise.all([archive.finalize(), written])
  } catch (error) {
    archive.destroy()
    throw error
  }
}
