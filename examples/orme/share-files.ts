import { join } from 'node:path'
import { type Random, randomOf } from './random.ts'
import { sentences } from './text.ts'
import type { FileToWrite } from './write-many.ts'

const departments = [
  'Achats',
  'Administration générale',
  'Ateliers',
  'Bureau d’études',
  'Commercial',
  'Comptabilité',
  'Qualité & sécurité',
  'Ressources humaines',
]
const years = [2020, 2021, 2022, 2023, 2024, 2025]
const months = [
  '01 janvier',
  '02 février',
  '03 mars',
  '04 avril',
  '05 mai',
  '06 juin',
  '07 juillet',
  '08 août',
  '09 septembre',
  '10 octobre',
  '11 novembre',
  '12 décembre',
]
const kinds = ['Compte rendu', 'Devis', 'Relevé', 'Étude', 'Procès-verbal', 'Note d’été', 'Facture à régler']
const modes = [0o644, 0o644, 0o644, 0o640, 0o600, 0o664, 0o755, 0o444]

/** The everyday files: one folder per department, year and month, nine files in each (5,184 in all). */
export function* everydayFiles(root: string, seed: number): Generator<FileToWrite> {
  for (const department of departments) {
    for (const year of years) {
      for (const [month, monthName] of months.entries()) {
        for (let n = 1; n <= 9; n++) {
          const random = randomOf(seed, `${department}/${year}/${month}/${n}`)
          const { suffix, content } = contentOf(random, n)
          yield {
            path: join(
              root,
              department,
              String(year),
              monthName,
              `${random.pick(kinds)} ${year}-${month + 1} (${n})${suffix}`,
            ),
            content,
            modifiedAt: new Date(
              Date.UTC(year, month, random.between(1, 28), random.between(6, 19), random.between(0, 59)),
            ),
            mode: random.pick(modes),
          }
        }
      }
    }
  }
}

function contentOf(random: Random, n: number): { suffix: string; content: string } {
  switch (n % 4) {
    case 0:
      return { suffix: '.csv', content: csvOf(random) }
    case 1:
      return { suffix: '.txt', content: sentences(random, random.between(5, 60)) }
    case 2:
      return { suffix: '.eml', content: mailOf(random) }
    default:
      return {
        suffix: '.json',
        content: `${JSON.stringify({ dossier: random.between(1, 99999), résumé: sentences(random, 3), pièces: [random.between(1, 9), null] }, null, 2)}\n`,
      }
  }
}

function csvOf(random: Random): string {
  const lines = ['référence;désignation;quantité;prix']
  for (let count = random.between(10, 200); count > 0; count--) {
    lines.push(
      `OR-${random.between(1, 6000)};"${random.pick(kinds)} ; lot ""A""";${random.between(1, 90)};${random.between(1, 9999)},50`,
    )
  }
  return `\ufeff${lines.join('\r\n')}\r\n`
}

function mailOf(random: Random): string {
  const number = random.between(1, 1200)
  return `From: s${String(number).padStart(5, '0')}@orme.example\r\nTo: support@atlas.example\r\nSubject: =?UTF-8?Q?Demande_n=C2=B0_${number}?=\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n${sentences(random, 8).replaceAll('\n', '\r\n')}`
}
