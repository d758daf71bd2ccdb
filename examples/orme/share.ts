import { mkdir, opendir, rename, rm, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { writeDocuments } from './documents.ts'
import { everydayFiles } from './share-files.ts'
import { writeLargeFile, writeOddities } from './share-oddities.ts'
import { leaveSocket } from './socket.ts'
import { writeMany } from './write-many.ts'

/** Raised whenever the share's content changes, so that an older one is made again. */
export const shareVersion = 1

const entriesDatedAt = new Date('2026-01-15T08:00:00.000Z')

/** Makes `<folder>/partage` anew, beside the old one until it is whole. The documents’ ages count from `now`. */
export async function writeShare({
  folder,
  seed,
  now,
}: {
  folder: string
  seed: number
  now: Date
}): Promise<void> {
  const root = join(folder, 'partage')
  const draft = join(folder, 'partage.en-cours')
  await rm(draft, { recursive: true, force: true })
  await mkdir(draft, { recursive: true })
  await writeMany(everydayFiles(draft, seed))
  await writeOddities(draft, seed)
  await mkdir(join(draft, 'Sauvegardes'))
  await writeLargeFile(join(draft, 'Sauvegardes', 'export-decisionnel-2025.dat'), seed, 64)
  const supervision = join(draft, 'Ateliers', 'Supervision')
  await leaveSocket(supervision, 'agent.sock')
  await utimes(join(supervision, 'agent.sock'), entriesDatedAt, entriesDatedAt)
  await writeDocuments(draft, now)
  await dateFolders(draft)
  await rm(root, { recursive: true, force: true })
  await rename(draft, root)
}

/** Writing into a folder dates it from today; the same seed must give the same tree. */
async function dateFolders(folder: string): Promise<void> {
  for await (const entry of await opendir(folder)) {
    if (entry.isDirectory()) await dateFolders(join(folder, entry.name))
  }
  await utimes(folder, entriesDatedAt, entriesDatedAt)
}
