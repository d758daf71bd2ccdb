import { type Policy, regulation } from './policy.ts'

/** Regulation (EU) 2016/679. */
export const gdpr: Policy = {
  id: 'gdpr@1',
  title: { fr: 'RGPD', en: 'GDPR' },
  scope: {
    fr: 'Données personnelles traitées pour le compte du client.',
    en: 'Personal data processed on behalf of the client.',
  },
  appliesFrom: '2018-05-25',
  clocks: [],
  duties: [
    {
      id: 'delete-or-return',
      title: {
        fr: 'Effacement ou restitution au choix du client, copies existantes comprises',
        en: "Deletion or return at the client's choice, existing copies included",
      },
      article: regulation('2016/679', '28(3)(g)'),
      nature: 'law',
    },
    {
      id: 'portable-format',
      title: {
        fr: 'Format structuré, couramment utilisé et lisible par machine',
        en: 'A structured, commonly used and machine-readable format',
      },
      article: regulation('2016/679', '20(1)'),
      nature: 'law',
    },
  ],
}

/** Regulation (EU) 2022/2554. It gives no figure: the contract's clauses do. */
export const dora: Policy = {
  id: 'dora@1',
  title: { fr: 'DORA', en: 'DORA' },
  scope: {
    fr: 'Entités financières et leurs prestataires informatiques.',
    en: 'Financial entities and their ICT providers.',
  },
  appliesFrom: '2025-01-17',
  clocks: [],
  duties: [
    {
      id: 'tested-exit-plan',
      title: {
        fr: 'Plans de sortie suffisamment testés et revus périodiquement',
        en: 'Exit plans sufficiently tested and reviewed periodically',
      },
      article: regulation('2022/2554', '28(8)'),
      nature: 'law',
    },
    {
      id: 'accessible-return',
      title: {
        fr: 'Restitution des données dans un format aisément accessible',
        en: 'Return of data in an easily accessible format',
      },
      article: regulation('2022/2554', '30(2)(d)'),
      nature: 'law',
    },
    {
      id: 'transition-period',
      title: {
        fr: 'Période de transition adéquate et obligatoire',
        en: 'A mandatory adequate transition period',
      },
      article: regulation('2022/2554', '30(3)(f)'),
      nature: 'law',
    },
  ],
}
