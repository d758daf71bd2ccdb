import { utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { documentTexts } from './document-texts.ts'
import { pdfOf } from './pdf.ts'
import { writeMany } from './write-many.ts'

const dayMilliseconds = 86_400_000

/**
 * The operating documents, dated so that the plan's `maxAge` holds for all but one: the recovery plan, 26 months
 * old, is stale on purpose; the register of privileged accounts, which the plan requires, is not here on purpose.
 */
const documents: { path: string; ageDays: number }[] = [
  { path: 'DEX - Dossier d’exploitation.pdf', ageDays: 64 },
  { path: 'Schéma d’architecture.pdf', ageDays: 128 },
  { path: 'Plan de reprise d’activité.md', ageDays: 790 },
  { path: 'Inventaire des équipements.csv', ageDays: 16 },
  { path: 'Matrice de flux.csv', ageDays: 93 },
  { path: 'Procédures/Sauvegarde et restauration.md', ageDays: 150 },
  { path: 'Procédures/Arrêt et démarrage de l’ERP.md', ageDays: 201 },
  { path: 'Procédures/Gestion des habilitations.md', ageDays: 88 },
  { path: 'Procédures/Astreinte et escalade.md', ageDays: 45 },
  { path: 'Procédures/Renouvellement des certificats.md', ageDays: 240 },
]

export async function writeDocuments(root: string, now: Date): Promise<void> {
  await writeMany(
    documents.map(({ path, ageDays }) => {
      const text = documentTexts[path]
      if (text === undefined) throw new RangeError(`The document ${path} has no text.`)
      const title = path.replace(/\.\w+$/, '')
      return {
        path: join(root, 'Documentation', path),
        content: path.endsWith('.pdf') ? pdfOf(title, text) : text,
        modifiedAt: daysBefore(now, ageDays),
        mode: 0o644,
      }
    }),
  )
}

/** Gives the documents the ages that the plan was written for, counted from `now`. */
export async function dateDocuments(root: string, now: Date): Promise<void> {
  for (const { path, ageDays } of documents) {
    const modifiedAt = daysBefore(now, ageDays)
    await utimes(join(root, 'Documentation', path), modifiedAt, modifiedAt)
  }
}

function daysBefore(now: Date, days: number): Date {
  return new Date(Math.floor((now.getTime() - days * dayMilliseconds) / 1000) * 1000)
}
