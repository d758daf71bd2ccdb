import { createCipheriv, createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { link, lutimes, mkdir, symlink, utimes } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { randomOf } from './random.ts'
import { sentences } from './text.ts'
import { type FileToWrite, writeMany } from './write-many.ts'

const past = new Date('2023-05-17T14:23:05.000Z')

/** What a tree holds once people have used it for twenty years: every entry here has broken some copying tool. */
export async function writeOddities(root: string, seed: number): Promise<void> {
  const folder = join(root, 'Échanges')
  await mkdir(join(folder, 'Vide', 'Vide aussi'), { recursive: true })
  await mkdir(join(folder, 'Dépôt commun'), { recursive: true, mode: 0o775 })
  const fileAt = (path: string | Buffer): FileToWrite => ({
    path,
    content: sentences(randomOf(seed, basename(path.toString())), 3),
    modifiedAt: past,
    mode: 0o644,
  })
  const names: string[] = [
    // 'é' in one code point and in two: two names for the disk, one for the eye.
    'r\u00e9sum\u00e9.txt',
    're\u0301sume\u0301.txt',
    // 255 bytes, the most that a name may have: in 130 characters, then in 255.
    `${'é'.repeat(125)}x.txt`,
    `${'x'.repeat(251)}.txt`,
    'deux\nlignes.txt',
    '-rf --no-preserve-root',
    ' espaces avant et après ',
    '« guillemets » "doubles" \'simples\' `arrière` $HOME \\ * ?.txt',
    'CON.txt',
    'Majuscules.TXT',
    'majuscules.txt',
    '😀 émoticône.md',
    '.caché',
  ]
  let deep = join(root, 'Bureau d’études', 'Affaires')
  for (let level = 1; level <= 24; level++) deep = join(deep, `Niveau ${level} — sous-dossier hérité`)
  await writeMany([
    ...names.map((name) => fileAt(join(folder, name))),
    fileAt(join(deep, 'plan final (version 2) définitif.txt')),
    // A name written by an old Windows client in Latin-1: these bytes are not UTF-8.
    fileAt(Buffer.concat([Buffer.from(`${folder}/re`), Buffer.from([0xe7]), Buffer.from('u.txt')])),
    { ...fileAt(join(folder, 'vide.dat')), content: '' },
  ])

  const links: [target: string, path: string][] = [
    ['résumé.txt', 'lien relatif'],
    ['../Comptabilité/2025', 'lien vers un dossier'],
    ['/srv/ancien-serveur/partage', 'lien absolu rompu'],
    ['disparu.txt', 'lien rompu'],
    ['lien en boucle', 'lien en boucle'],
    ['../../../../etc/hostname', 'lien qui sort du partage'],
  ]
  for (const [target, path] of links) {
    await symlink(target, join(folder, path))
    await lutimes(join(folder, path), past, past)
  }
  await link(join(folder, 'Majuscules.TXT'), join(folder, 'Dépôt commun', 'même fichier, autre nom'))
  await link(join(folder, 'Majuscules.TXT'), join(root, 'Achats', 'modèle partagé.txt'))
}

/** One file of `blocks` MiB, every other one random bytes: half of it compresses. Written block by block. */
export async function writeLargeFile(path: string, seed: number, blocks: number): Promise<void> {
  const blockBytes = 1024 * 1024
  const key = createHash('sha256')
    .update(`${seed}:${path.split('/').at(-1)}`)
    .digest()
  const stream = createCipheriv('aes-256-ctr', key, Buffer.alloc(16))
  const zeros = Buffer.alloc(blockBytes)
  const line = Buffer.from(sentences(randomOf(seed, 'bloc'), 40))
  const readable = Buffer.alloc(blockBytes, line)
  function* content() {
    for (let block = 0; block < blocks; block++) yield block % 2 === 0 ? stream.update(zeros) : readable
  }
  await pipeline(Readable.from(content()), createWriteStream(path, { flags: 'wx' }))
  await utimes(path, past, past)
}
