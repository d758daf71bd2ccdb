import { type Policy, same } from './policy.ts'

/** ANSSI, référentiel d'exigences SecNumCloud, version 3.2. */
export const secNumCloud: Policy = {
  id: 'secnumcloud@3.2',
  title: { fr: 'SecNumCloud 3.2', en: 'SecNumCloud 3.2' },
  scope: {
    fr: "Prestataires d'informatique en nuage qualifiés par l'ANSSI.",
    en: 'Cloud providers qualified by ANSSI, the French security agency.',
  },
  clocks: [
    {
      id: 'formal-notice',
      title: { fr: "Préavis formel avant l'effacement", en: 'Formal notice before erasure' },
      article: same('SecNumCloud 3.2, 19.4'),
      from: 'formal-notice',
      to: 'erasure',
      duration: 'P21D',
      days: 'calendar',
      bound: 'at-least',
      nature: 'standard',
    },
  ],
  duties: [
    {
      id: 'documented-return',
      title: {
        fr: 'Restitution par fichiers ou interfaces aux formats documentés',
        en: 'Return through documented files or interfaces',
      },
      article: same('SecNumCloud 3.2, 19.1.i'),
      nature: 'standard',
    },
    {
      id: 'technical-erasure',
      title: {
        fr: "Effacement aussi de l'annuaire, des certificats et de la configuration des accès",
        en: 'Erasure of the directory, certificates and access configuration too',
      },
      article: same('SecNumCloud 3.2, 19.4'),
      nature: 'standard',
    },
  ],
}

/** Arrêté du 30 mars 2021 (NOR ECOM2106875A), article on the destruction of data. */
export const ccagTic: Policy = {
  id: 'ccag-tic@2021',
  title: { fr: 'CCAG-TIC 2021', en: 'CCAG-TIC 2021 (French public purchasing)' },
  scope: {
    fr: 'Marchés publics informatiques qui le visent.',
    en: 'French public contracts for IT that refer to it.',
  },
  clocks: [
    {
      id: 'destruction',
      title: {
        fr: 'Destruction de toutes les copies, sauvegardes comprises',
        en: 'Destruction of every copy, backups included',
      },
      article: same('CCAG-TIC 2021, « Destruction des données »'),
      from: 'return',
      to: 'erasure',
      duration: 'P3M',
      days: 'calendar',
      bound: 'at-most',
      nature: 'standard',
    },
  ],
  duties: [
    {
      id: 'return-without-delay',
      title: {
        fr: "Restitution sans délai d'une copie de l'intégralité des données",
        en: 'Return without delay of a copy of all data',
      },
      article: same('CCAG-TIC 2021, « Destruction des données »'),
      nature: 'standard',
    },
    {
      id: 'signed-record',
      title: {
        fr: 'Restitution et destruction constatées par un procès-verbal daté et signé',
        en: 'Return and destruction stated in a dated and signed record',
      },
      article: same('CCAG-TIC 2021, « Destruction des données »'),
      nature: 'standard',
    },
  ],
}

const usage = { fr: 'usage, sans valeur légale', en: 'practice, no law' }

/** What outsourcing contracts commonly agree. No law says so: the contract's own clauses come first. */
export const infogerancePractice: Policy = {
  id: 'infogerance-practice@1',
  title: { fr: "Usages de l'infogérance (sans valeur légale)", en: 'Outsourcing practice (no law)' },
  scope: {
    fr: "Contrats d'infogérance, à défaut de clause.",
    en: 'IT-outsourcing contracts, where they have no clause of their own.',
  },
  clocks: [
    {
      id: 'reversal',
      title: { fr: 'Réversibilité totale', en: 'Total reversal' },
      article: usage,
      from: 'notice',
      to: 'return',
      duration: 'P6M',
      days: 'calendar',
      bound: 'at-most',
      nature: 'practice',
    },
    {
      id: 'transition',
      title: { fr: 'Période de transition, de 6 à 12 mois', en: 'Transition, 6 to 12 months' },
      article: usage,
      from: 'transition-start',
      to: 'transition-end',
      duration: 'P12M',
      days: 'calendar',
      bound: 'at-most',
      nature: 'practice',
    },
    {
      id: 'rehearsal',
      title: { fr: 'Répétition annuelle', en: 'Rehearsal every year' },
      article: usage,
      from: 'rehearsal',
      to: 'rehearsal',
      duration: 'P1Y',
      days: 'calendar',
      bound: 'at-most',
      nature: 'practice',
    },
    {
      id: 'critical-rehearsal',
      title: {
        fr: 'Répétition trimestrielle des fonctions critiques',
        en: 'Rehearsal every quarter of critical functions',
      },
      article: usage,
      from: 'rehearsal',
      to: 'rehearsal',
      duration: 'P3M',
      days: 'calendar',
      bound: 'at-most',
      nature: 'practice',
      onlyCritical: true,
    },
  ],
  duties: [
    {
      id: 'budget',
      title: {
        fr: 'Budget de réversibilité de 4 à 7 mois du forfait',
        en: 'A reversibility budget of 4 to 7 months of the flat fee',
      },
      article: usage,
      nature: 'practice',
    },
  ],
}
