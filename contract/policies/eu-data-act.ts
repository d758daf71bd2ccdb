import { type Policy, regulation } from './policy.ts'

/** Regulation (EU) 2023/2854, chapter VI, as published in the Official Journal of 22 December 2023. */
export const euDataAct: Policy = {
  id: 'eu-data-act@1',
  title: { fr: 'Règlement européen sur les données', en: 'EU Data Act' },
  scope: {
    fr: "Services de traitement de données en nuage, à l'exclusion d'obligations allégées pour les services sur mesure (article 31).",
    en: 'Cloud data-processing services; lighter for services built for one customer (article 31).',
  },
  appliesFrom: '2025-09-12',
  clocks: [
    {
      id: 'notice',
      title: { fr: 'Préavis du client', en: 'Notice given by the client' },
      article: regulation('2023/2854', '25(2)(d)'),
      from: 'notice',
      to: 'transition-start',
      duration: 'P2M',
      days: 'calendar',
      bound: 'at-most',
      nature: 'law',
    },
    {
      id: 'transition',
      title: { fr: 'Période de transition', en: 'Transitional period' },
      article: regulation('2023/2854', '25(2)(a)'),
      from: 'transition-start',
      to: 'transition-end',
      duration: 'P30D',
      days: 'calendar',
      bound: 'at-most',
      nature: 'law',
    },
    {
      id: 'extension-answer',
      title: {
        fr: "Motivation par le prestataire d'une impossibilité technique",
        en: 'Reasons of a provider that cannot keep the transitional period',
      },
      article: regulation('2023/2854', '25(4)'),
      from: 'notice',
      to: 'extension-answer',
      duration: 'P14D',
      days: 'working',
      bound: 'at-most',
      nature: 'law',
      condition: {
        fr: 'le prestataire invoque une impossibilité technique',
        en: 'the provider invokes technical unfeasibility',
      },
    },
    {
      id: 'extended-transition',
      title: { fr: 'Période de transition prolongée', en: 'Alternative transitional period' },
      article: regulation('2023/2854', '25(4)'),
      from: 'transition-start',
      to: 'transition-end',
      duration: 'P7M',
      days: 'calendar',
      bound: 'at-most',
      nature: 'law',
      condition: {
        fr: 'le prestataire a justifié une impossibilité technique',
        en: 'the provider has justified technical unfeasibility',
      },
    },
    {
      id: 'retrieval',
      title: { fr: 'Récupération des données', en: 'Data retrieval' },
      article: regulation('2023/2854', '25(2)(g)'),
      from: 'transition-end',
      to: 'retrieval-end',
      duration: 'P30D',
      days: 'calendar',
      bound: 'at-least',
      nature: 'law',
    },
  ],
  duties: [
    {
      id: 'client-extension',
      title: {
        fr: 'Le client peut prolonger une fois la période de transition',
        en: 'The client may extend the transitional period once',
      },
      article: regulation('2023/2854', '25(5)'),
      nature: 'law',
    },
    {
      id: 'exportable-data',
      title: {
        fr: 'Liste exhaustive des données exportables et des catégories exclues',
        en: 'Exhaustive list of exportable data and of exempt categories',
      },
      article: regulation('2023/2854', '25(2)(e) and (f)'),
      nature: 'law',
    },
    {
      id: 'full-erasure',
      title: {
        fr: 'Effacement complet après la période de récupération',
        en: 'Full erasure after the retrieval period',
      },
      article: regulation('2023/2854', '25(2)(h)'),
      nature: 'law',
    },
    {
      id: 'format-register',
      title: {
        fr: 'Registre public en ligne des structures et formats de données',
        en: 'Public online register of data structures and formats',
      },
      article: regulation('2023/2854', '26(b)'),
      nature: 'law',
    },
    {
      id: 'switching-charges',
      title: {
        fr: "Frais de changement au coût jusqu'au 12 janvier 2027, aucun ensuite",
        en: 'Switching charges at cost until 12 January 2027, none from then on',
      },
      article: regulation('2023/2854', '29'),
      nature: 'law',
    },
  ],
}
