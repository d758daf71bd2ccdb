import { formatDate, formatDays } from './dates.ts'
import type { FindingTemplates } from './finding-template.ts'
import { french } from './french.ts'
import { formatBytes, formatNumber } from './numbers.ts'
import { reasonInFrench } from './omission-reasons.ts'

const bytes = (value: number) => formatBytes(value, 'fr')
const days = (value: number) => formatDays(value, 'fr')
const count = (value: number, one: string, many: string) =>
  `${formatNumber(value, 'fr')} ${Math.abs(value) < 2 ? one : many}`

const share = (percent: number) =>
  percent < 1 ? french`moins de 1 %` : french`${formatNumber(percent, 'fr')} %`

/** The findings in French. Details and remedies that come from a failure stay as it gave them, in quotes. */
export const frenchFindings: FindingTemplates = {
  'undeclared-system': ({ address, title, bytes: size }) => ({
    title: french`Système non déclaré : ${title}`,
    cause: french`${address} est à la portée de l’accès d’une source déclarée${size === undefined ? '' : french` et contient ${bytes(size)}`}, mais aucune source ni aucune exclusion du plan ne le nomme.`,
    action: french`Ajoutez-le aux sources du plan, ou à ses exclusions avec un motif, des unités d’œuvre et un prix ; puis faites accepter l’écart par le client et le prestataire.`,
  }),
  'missing-document': ({ document, title, path }) => ({
    title: french`Document manquant : ${title}`,
    cause: french`Le plan exige ce document (${document}) et le cherche à ${path}, où rien ne correspond.`,
    action: french`Son responsable l’y dépose ; ou corrigez son chemin dans le plan s’il est rangé ailleurs.`,
  }),
  'stale-document': ({ title, path, modifiedAt, maxAgeDays, ageDays }) => ({
    title: french`Document périmé : ${title}`,
    cause: french`${path} a été modifié pour la dernière fois le ${formatDate(modifiedAt, 'fr')}, il y a ${days(ageDays)} ; le plan en accepte ${days(maxAgeDays)} au plus.`,
    action:
      'Son responsable le compare à ce qui fonctionne aujourd’hui, le corrige et en enregistre une nouvelle version.',
  }),
  'omitted-entry': ({ dataset, item, reason, count: total }) =>
    total !== undefined && total > 1
      ? {
          title: french`Non remis : ${count(total, 'élément', 'éléments')} (${dataset})`,
          cause: french`${count(total, 'élément n’est pas', 'éléments ne sont pas')} dans le paquet, à commencer par ${item} : « ${reasonInFrench(reason)} »`,
          action: french`Lisez la liste entière dans le paquet (omissions.json) ; avec le client, acceptez-la ou convenez d’un autre moyen de remise.`,
        }
      : {
          title: french`Non remis : ${item}`,
          cause: french`Cet élément (${dataset}) n’est pas dans le paquet : « ${reasonInFrench(reason)} »`,
          action:
            'Avec le client, acceptez l’omission, que le paquet énumère sous sa signature, ou convenez d’un autre moyen de remise.',
        },
  'volume-far-from-declared': ({ declaredBytes, realBytes, ratioPercent, workUnits }) => ({
    title: french`Volume éloigné du volume déclaré : ${bytes(realBytes)} pour ${bytes(declaredBytes)}`,
    cause: french`Le plan déclare ${bytes(declaredBytes)} et ${bytes(realBytes)} ont été trouvés, soit ${share(ratioPercent)}.${workUnits === undefined ? '' : french` Sur la facture : ${workUnits > 0 ? '+' : ''}${count(workUnits, 'unité d’œuvre', 'unités d’œuvre')}.`}`,
    action:
      realBytes < declaredBytes
        ? french`Vérifiez que rien n’est conservé ailleurs ni déjà perdu ; puis corrigez le volume attendu dans le plan, et le prix qui en dépend.`
        : french`Convenez de ce que le surplus coûte et du temps qu’il demande ; puis corrigez le volume attendu dans le plan.`,
  }),
  'access-denied': ({ detail, remedy }) => ({
    title: 'La source refuse l’accès',
    cause: french`Elle a été jointe et nous a refusés : « ${detail} »`,
    action: french`Rétablissez l’accès que le plan prévoit, puis relancez. Piste donnée : « ${remedy} »`,
  }),
  'partial-access': ({ item, reason, remedy }) => ({
    title: french`L’accès ne voit pas tout : ${item}`,
    cause: french`Un export fait avec lui serait incomplet sans le montrer : il a été refusé. Motif : « ${reason} »`,
    action: french`Donnez à cet accès la vue complète, puis relancez. Piste donnée : « ${remedy} »`,
  }),
  'source-unreachable': ({ detail }) => ({
    title: 'La source est injoignable',
    cause: french`Elle n’a pas répondu : « ${detail} »`,
    action: french`Vérifiez qu’elle est en marche et que le réseau laisse passer l’exécutant ; puis relancez.`,
  }),
  'source-failed': ({ detail, remedy }) => ({
    title: 'La source n’a pas pu être exportée',
    cause: french`L’export s’est arrêté : « ${detail} »`,
    action: french`Levez la cause, puis relancez. Piste donnée : « ${remedy} »`,
  }),
  'fingerprint-mismatch': ({ dataset, side, sourceRecords, otherRecords }) => {
    const where = side === 'restored' ? 'la copie restaurée' : 'le paquet'
    return {
      title: french`${dataset} : ${where} ne contient pas ce que la source contient`,
      cause:
        sourceRecords === otherRecords
          ? french`Des deux côtés, ${count(sourceRecords, 'enregistrement', 'enregistrements')}, mais leurs contenus diffèrent : les empreintes ne concordent pas.`
          : french`La source compte ${count(sourceRecords, 'enregistrement', 'enregistrements')}, ${where} ${formatNumber(otherRecords, 'fr')}.`,
      action: french`N’acceptez pas ce paquet. Relancez ; si l’écart demeure, conservez les deux paquets et faites comparer le jeu de données enregistrement par enregistrement.`,
    }
  },
  'restore-failed': ({ detail, remedy }) => ({
    title: 'Le paquet n’a pas pu être restauré',
    cause: french`La restauration s’est arrêtée : « ${detail} »`,
    action: french`Levez la cause, puis relancez. Piste donnée : « ${remedy} »`,
  }),
  'not-restored': ({ reason }) => ({
    title: 'Le paquet n’a pas été restauré',
    cause: french`Il a été vérifié, mais pas prouvé par une restauration : « ${reason} »`,
    action:
      'Donnez à cette source une cible de restauration dans le plan, pour que la prochaine répétition le prouve.',
  }),
  'changed-while-read': ({ item }) => ({
    title: french`Modifié pendant la lecture : ${item}`,
    cause: french`La source y écrivait pendant l’export : ce qui a été lu n’est pas d’un seul instant.`,
    action: 'Relancez à des heures où rien n’y écrit, ou faites arrêter les écritures le temps de l’export.',
  }),
  'clock-endangered': ({ clock, article, allowedDays, neededDays }) => ({
    title: french`Délai en danger : ${clock}`,
    cause: french`À la vitesse mesurée, il faut ${days(neededDays)} là où ${article} en accorde ${days(allowedDays)}.`,
    action:
      'Relevez les limites fixées aux sources (connexions, débit, horaires), commencez plus tôt, ou convenez d’une prolongation dans le temps que le contrat donne pour cela.',
  }),
  'knowledge-not-planned': ({ topic }) => ({
    title: french`Transfert de connaissances non prévu : ${topic}`,
    cause: 'Le plan ne prévoit pour ce sujet ni séance, ni destinataire, ni jalon, ou pas les trois.',
    action: 'Prévoyez ses séances, nommez qui reçoit et la note qui ouvre le jalon.',
  }),
  'copies-not-erased': ({ count: total }) => ({
    title: 'Les copies de cette exécution ne sont pas toutes effacées',
    cause: french`Après l’effacement, ${count(total, 'version d’objet reste', 'versions d’objets restent')} dans le dépôt.`,
    action:
      'Cherchez ce qui les retient (une rétention, un refus de suppression), levez-le, et effacez de nouveau.',
  }),
  'empty-source': () => ({
    title: 'La source est vide',
    cause: 'L’accès fonctionne, et rien n’a été trouvé à remettre.',
    action: french`Vérifiez que l’adresse, les filtres et les droits du plan sont les bons ; sinon retirez cette source.`,
  }),
}
