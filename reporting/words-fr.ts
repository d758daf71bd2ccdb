import { french } from '../contract/words/french.ts'
import { formatNumber } from '../contract/words/numbers.ts'

function counted(count: number, one: string, many: string): string {
  return `${formatNumber(count, 'fr')} ${count < 2 ? one : many}`
}

/** The reports' own words, headings and sentences in French. */
export const frenchReport = {
  sideBySide: 'Exporté, vérifié, restauré',
  source: 'Source',
  dataset: 'Jeu de données',
  kind: 'Nature',
  atSource: 'À la source',
  inPackage: 'Au paquet',
  restored: 'Restauré',
  volume: 'Volume',
  result: 'Résultat',
  total: 'Total',
  records: 'enregistrements',
  time: 'Combien de temps',
  extraction: 'Extraction',
  restoration: 'Restauration',
  clocks: 'Délais',
  clock: 'Délai',
  needed: 'Nécessaire',
  allowed: 'Accordé',
  article: 'Article',
  holds: 'tenu',
  holdsNot: 'dépassé',
  missing: 'Ce qui manque',
  nothingMissing: 'Rien : sources, éléments et documents sont tous là.',
  documents: 'Documents',
  document: 'Document',
  owner: 'Responsable',
  required: 'exigé',
  optional: 'facultatif',
  state: 'État',
  lastChanged: 'Dernière modification',
  findings: 'Constats',
  noFinding: 'Aucun constat.',
  cause: 'Cause',
  action: 'Que faire',
  further: 'Pour aller plus loin',
  contract: 'Contrat',
  contractEnd: 'Fin du contrat',
  client: 'Client',
  provider: 'Prestataire',
  run: 'Exécution',
  plan: 'Plan (SHA-256)',
  started: 'Début',
  ended: 'Fin',
  journal: 'Journal',
  encrypted: 'chiffré',
  notEncrypted: 'non chiffré',
  epoch: 'époque',
  sameCountOtherContent: 'même nombre, autre contenu',
  copiesErased: 'Les copies de cette répétition ont été effacées.',
  copiesNotErased: 'Les copies de cette exécution sont encore dans le dépôt.',
  root: 'Racine (SHA-256)',
  findingsCount: (count: number) => counted(count, 'constat', 'constats'),
  sourcesCame: (came: number, of: number) =>
    `${came} ${came < 2 ? 'source' : 'sources'} sur ${of} ${came < 2 ? 'exportée et vérifiée' : 'exportées et vérifiées'}`,
  sourcesRestored: (restored: number, of: number) =>
    `${restored} sur ${of} ${restored < 2 ? 'restaurée et recomptée' : 'restaurées et recomptées'}`,
  datasetsSame: (same: number, of: number) =>
    `${formatNumber(same, 'fr')} ${same < 2 ? 'jeu' : 'jeux'} de données sur ${formatNumber(of, 'fr')} ${same < 2 ? 'identique' : 'identiques'} à la source`,
  datasetsDiffer: (count: number) =>
    counted(count, 'jeu de données diffère de la source', 'jeux de données diffèrent de la source'),
  datasetsUnchecked: (count: number) =>
    counted(count, 'jeu de données n’a pas été comparé', 'jeux de données n’ont pas été comparés'),
  datasetsFolded: (count: number) => counted(count, 'jeu de données identique', 'jeux de données identiques'),
  uncounted: (count: number) =>
    counted(count, 'jeu sans enregistrements (définitions)', 'jeux sans enregistrements (définitions)'),
  amount: (bytes: string, records: string) => `${bytes}, ${records}`,
  omissions: (count: number) =>
    counted(
      count,
      'élément non remis, énuméré et signé dans les paquets',
      'éléments non remis, énumérés et signés dans les paquets',
    ),
  failedSource: (title: string) => french`La source ${title} n’a pas pu être exportée.`,
  missingDocument: (title: string, required: boolean) =>
    french`Document ${required ? 'exigé' : 'facultatif'} manquant : ${title}`,
  staleDocument: (title: string) => french`Document périmé : ${title}`,
  htmlReport: 'Rapport à lire',
  jsonReport: 'Rapport pour les machines',
  packages: 'Paquets',
  evidence: 'Preuves : plan, journal, rapports',
  journalFiles: 'Journal signé',
  workflow: 'Déroulé dans Temporal',
  tableUnits: 'En enregistrements, comptés séparément de chaque côté. — : rien n’y a été compté.',
  timeIntro: french`La réversibilité réelle, à la vitesse mesurée pendant cette exécution :`,
  contractUntil: (id: string, date: string) => `contrat ${id} jusqu’au ${date}`,
  journalHead: (sequence: number) => `Journal, entrée ${formatNumber(sequence, 'fr')} (SHA-256)`,
  duration: 'Durée',
  everyDataset: 'Chaque jeu de données',
  datasets: (count: number) => counted(count, 'jeu de données', 'jeux de données'),
  documentsCaption: 'Ce que le plan demande, et ce qui a été trouvé.',
  atMost: (days: string) => `${days} au plus`,
  forecast: (extraction: string, restoration: string) =>
    french`La réversibilité réelle, à la vitesse mesurée pendant cette exécution : ${extraction} pour extraire et sceller, ${restoration} pour restaurer.`,
  copies: 'Copies',
  checkJournal: french`Le journal signé demeure. L’empreinte de cette entrée doit être celle donnée ci-dessus :`,
  checkRoot: french`Dans le dossier d’un paquet, l’empreinte de sa racine doit être celle donnée ci-dessus :`,
  checkPackage: french`La racine doit être signée par la clé que vous avez reçue par une autre voie, et chaque fichier être celui qu’elle couvre (outils publics seuls : OpenSSH et coreutils) :`,
  checkWithUs: french`La même chose, comptes et contenus compris, avec ce logiciel :`,
  footer:
    'Cette page tient en un seul fichier : elle ne charge rien et n’exécute rien. Le rapport pour les machines, report.json, dit la même chose.',
  verifyYourself: 'Vérifier par soi-même',
}

/** Every language has the same words. */
export type ReportWords = typeof frenchReport
