import type { Random } from './random.ts'

const subjects = [
  'Le responsable d’atelier',
  'Le service achats',
  'L’équipe de nuit',
  'La comptabilité',
  'Le prestataire',
  'Le comité de suivi',
  'La cheffe de projet',
  'Le magasin central',
]
const verbs = [
  'confirme',
  'demande',
  'a reçu',
  'prévoit',
  'signale',
  'corrige',
  'a validé',
  'reporte à lundi',
]
const objects = [
  'la livraison des pièces de rechange',
  'le bon de commande n° 4512',
  'l’arrêt de la presse hydraulique',
  'un écart d’inventaire de 3,5 %',
  'la mise à jour du progiciel',
  'l’accès au dossier « qualité »',
  'le devis de l’entreprise de levage',
  'les relevés de température du four',
]
const endings = [
  'avant la fin du mois',
  'sans réserve',
  'après accord du client',
  'à titre conservatoire',
  'comme convenu en réunion',
  'malgré le retard du fournisseur',
]

/** French sentences of invented business, about 100 bytes each. */
export function sentences(random: Random, count: number): string {
  const lines: string[] = []
  for (let n = 0; n < count; n++) {
    lines.push(
      `${random.pick(subjects)} ${random.pick(verbs)} ${random.pick(objects)}, ${random.pick(endings)}.`,
    )
  }
  return `${lines.join('\n')}\n`
}
