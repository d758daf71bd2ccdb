interface Introduction {
  client: string
  provider: string
  contract: string
  source: string
  epoch: number
  openedAt: string
}

interface Tools {
  isEncrypted: boolean
  loadScript: boolean
  tar: boolean
  csv: boolean
}

interface GuideWords {
  title(source: string): string
  introduction(facts: Introduction): string
  tools(needs: Tools): string
  verifyTitle: string
  verify: string
  decryptTitle: string
  decrypt: string
  databaseTitle: string
  database: string
  treeTitle: string
  tree: string
  tablesTitle: string
  tables: string
  linesTitle: string
  lines: string
  contentsTitle: string
  contents(omissions: number): string
}

const en: GuideWords = {
  title: (source) => `Restoring: ${source}`,
  introduction: ({ client, provider, contract, source, epoch, openedAt }) =>
    `This package holds the source \`${source}\` of the contract \`${contract}\`, as it stood at ${openedAt} (epoch ${epoch}). ` +
    `${provider} hands it over to ${client}. Everything below is done with public tools, from the folder that holds \`bag/\`.`,
  tools: ({ isEncrypted, loadScript, tar, csv }) =>
    list('You need:', [
      'a POSIX shell, `ssh-keygen` (OpenSSH 8.2 or later) and `sha256sum`, to verify;',
      isEncrypted && '`age` 1.0 or later and your private key, to decrypt;',
      '`zstd`, to decompress;',
      loadScript && '`psql` and a PostgreSQL server at least as new as the source, to restore the database;',
      tar && '`tar`, to restore the files;',
      csv && 'optionally `frictionless` (Python), to check the tables against their schema.',
    ]),
  verifyTitle: 'Verify',
  verify:
    'Write the public key that you pinned when the contract started to the file `allowed_signers`, as one line: ' +
    '`provider ssh-ed25519 AAAA…`. Do not take the key from whoever gave you the package. A forged package would bring a ' +
    'forged `verify.sh` as well: compare it with the one in the published specification of the format, or take that one.',
  decryptTitle: 'Decrypt',
  decrypt:
    'The volumes are encrypted to your key. With its private half in `key.txt`, this writes them decrypted to `open/`, and leaves the bag as it is:',
  databaseTitle: 'Restore the database',
  database:
    'Into a new database, on the server that your `PG…` variables name. The script stops at the first error:',
  treeTitle: 'Restore the files',
  tree: 'Into the folder `restored/`; as root, owners are restored too:',
  tablesTitle: 'Read the tables',
  tables:
    'Each table is CSV in UTF-8 with a header line; NULL is an empty field without quotes, the empty string is `""`. ' +
    '`datapackage.json` describes the columns (Frictionless Data Package). It names the files as delivered; this writes them ' +
    'decompressed to `tables/`, with a description to match, and checks them. A row whose every column is NULL is a row, and no error:',
  linesTitle: 'Read the listings',
  lines: 'Listings are JSON Lines: one JSON object a line.',
  contentsTitle: 'What else is in the bag',
  contents: (omissions) =>
    `\`omissions.json\` lists what is *not* in this package, and why: ${omissions} item(s). ` +
    '`inventory.jsonl.zst` lists every volume with its size and hashes before and after compression and encryption. ' +
    '`fingerprints.json` holds the number of records and a digest of each dataset, taken at the source by another path than the export. ' +
    '`../root.json` is the signed statement that binds all of this.',
}

const fr: GuideWords = {
  title: (source) => `Restaurer : ${source}`,
  introduction: ({ client, provider, contract, source, epoch, openedAt }) =>
    `Ce paquet contient la source \`${source}\` du contrat \`${contract}\`, telle qu’elle était le ${openedAt} (époque ${epoch}). ` +
    `${provider} le remet à ${client}. Tout ce qui suit se fait avec des outils publics, depuis le dossier qui contient \`bag/\`.`,
  tools: ({ isEncrypted, loadScript, tar, csv }) =>
    list('Il vous faut :', [
      'un shell POSIX, `ssh-keygen` (OpenSSH 8.2 ou plus récent) et `sha256sum`, pour vérifier ;',
      isEncrypted && '`age` 1.0 ou plus récent et votre clé privée, pour déchiffrer ;',
      '`zstd`, pour décompresser ;',
      loadScript &&
        '`psql` et un serveur PostgreSQL au moins aussi récent que la source, pour restaurer la base ;',
      tar && '`tar`, pour restaurer les fichiers ;',
      csv && 'si vous le souhaitez, `frictionless` (Python), pour contrôler les tables contre leur schéma.',
    ]),
  verifyTitle: 'Vérifier',
  verify:
    'Écrivez dans le fichier `allowed_signers` la clé publique convenue au début du contrat, sur une ligne : ' +
    '`prestataire ssh-ed25519 AAAA…`. Ne prenez pas la clé chez celui qui vous remet le paquet. Un faux paquet contiendrait ' +
    'un faux `verify.sh` : comparez-le à celui de la spécification publiée du format, ou utilisez ce dernier.',
  decryptTitle: 'Déchiffrer',
  decrypt:
    'Les volumes sont chiffrés pour votre clé. Sa moitié privée étant dans `key.txt`, ceci les écrit déchiffrés dans `open/` et laisse le paquet intact :',
  databaseTitle: 'Restaurer la base de données',
  database:
    'Dans une base neuve, sur le serveur que désignent vos variables `PG…`. Le script s’arrête à la première erreur :',
  treeTitle: 'Restaurer les fichiers',
  tree: 'Dans le dossier `restored/` ; sous root, les propriétaires sont rétablis aussi :',
  tablesTitle: 'Lire les tables',
  tables:
    'Chaque table est en CSV, UTF-8, avec une ligne d’en-tête ; NULL est un champ vide sans guillemets, la chaîne vide est `""`. ' +
    '`datapackage.json` décrit les colonnes (Frictionless Data Package). Il nomme les fichiers tels qu’ils sont livrés ; ceci les ' +
    'écrit décompressés dans `tables/`, avec la description qui leur correspond, et les contrôle. Une ligne dont toutes les colonnes ' +
    'sont NULL est une ligne, et non une erreur :',
  linesTitle: 'Lire les listes',
  lines: 'Les listes sont en JSON Lines : un objet JSON par ligne.',
  contentsTitle: 'Ce que contient encore le paquet',
  contents: (omissions) =>
    `\`omissions.json\` dit ce qui n’est *pas* dans ce paquet, et pourquoi : ${omissions} élément(s). ` +
    '`inventory.jsonl.zst` donne pour chaque volume sa taille et ses empreintes, avant et après compression et chiffrement. ' +
    '`fingerprints.json` donne le nombre d’enregistrements et l’empreinte de chaque jeu de données, pris à la source par un autre chemin que l’export. ' +
    '`../root.json` est la déclaration signée qui lie le tout.',
}

export const guideWords: Record<'fr' | 'en', GuideWords> = { fr, en }

function list(head: string, items: (string | false)[]): string {
  return [head, '', ...items.filter((item) => item !== false).map((item) => `- ${item}`)].join('\n')
}
