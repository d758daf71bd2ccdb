import type { Comparison } from '../comparison.ts'
import type { Severity } from '../finding.ts'
import type { DocumentResult, Verdict } from '../report.ts'
import type { ExtractionStep, RunKind, RunPhase, SourceResult } from '../status.ts'
import { french } from './french.ts'
import type { Language, Words } from './language.ts'

export const severityWords: Words<Record<Severity, string>> = {
  fr: { blocker: 'bloquant', major: 'majeur', minor: 'mineur', info: 'information' },
  en: { blocker: 'blocker', major: 'major', minor: 'minor', info: 'information' },
}

const severityPlurals: Words<Record<Severity, string>> = {
  fr: { blocker: 'bloquants', major: 'majeurs', minor: 'mineurs', info: 'informations' },
  en: { blocker: 'blockers', major: 'major', minor: 'minor', info: 'information' },
}

/** `2 majeurs`, `1 blocker`. */
export function countedSeverity(severity: Severity, count: number, language: Language): string {
  const words = (count === 1 ? severityWords : severityPlurals)[language]
  return `${count} ${words[severity]}`
}

export const runKindWords: Words<Record<RunKind, string>> = {
  fr: { rehearsal: 'Répétition de réversibilité', handover: 'Réversibilité' },
  en: { rehearsal: 'Exit rehearsal', handover: 'Handover' },
}

/** The answer, in one word and in one sentence. A handover is no question of today: it has happened. */
export const verdictWords: Words<Record<RunKind, Record<Verdict, { word: string; sentence: string }>>> = {
  fr: {
    rehearsal: {
      'could-leave': { word: 'Oui', sentence: 'Le client pourrait partir aujourd’hui.' },
      'could-leave-with-reserves': {
        word: 'Oui, avec réserves',
        sentence: 'Le client pourrait partir aujourd’hui, une fois réglés les constats ci-dessous.',
      },
      'could-not-leave': { word: 'Non', sentence: 'Le client ne pourrait pas partir aujourd’hui.' },
    },
    handover: {
      'could-leave': { word: 'Tout est remis', sentence: 'Ce que le plan prévoit est remis et prouvé.' },
      'could-leave-with-reserves': {
        word: 'Remis, avec réserves',
        sentence: french`Ce que le plan prévoit est remis ; les constats ci-dessous restent à régler.`,
      },
      'could-not-leave': {
        word: 'Incomplet',
        sentence: french`Ce que le plan prévoit n’est pas entièrement remis : à ne pas accepter en l’état.`,
      },
    },
  },
  en: {
    rehearsal: {
      'could-leave': { word: 'Yes', sentence: 'The client could leave today.' },
      'could-leave-with-reserves': {
        word: 'Yes, with reserves',
        sentence: 'The client could leave today, once the findings below are settled.',
      },
      'could-not-leave': { word: 'No', sentence: 'The client could not leave today.' },
    },
    handover: {
      'could-leave': {
        word: 'Handed over',
        sentence: 'What the plan provides for is handed over and proved.',
      },
      'could-leave-with-reserves': {
        word: 'Handed over, with reserves',
        sentence: 'What the plan provides for is handed over; the findings below remain to be settled.',
      },
      'could-not-leave': {
        word: 'Incomplete',
        sentence: 'What the plan provides for is not all handed over: not to be accepted as it stands.',
      },
    },
  },
}

export const stepWords: Words<Record<ExtractionStep, string>> = {
  fr: {
    waiting: 'en attente',
    opening: 'ouverture de l’époque',
    discovering: 'découverte',
    partitioning: 'découpage en lots',
    fingerprinting: 'empreintes à la source',
    extracting: 'extraction',
    sealing: 'scellement du paquet',
    verifying: 'vérification du paquet',
    restoring: 'restauration',
    comparing: 'comparaison',
    erasing: 'effacement des copies',
    done: 'terminée',
    failed: 'en échec',
    cancelled: 'annulée',
  },
  en: {
    waiting: 'waiting',
    opening: 'opening the epoch',
    discovering: 'discovering',
    partitioning: 'cutting into parts',
    fingerprinting: 'fingerprints at the source',
    extracting: 'extracting',
    sealing: 'sealing the package',
    verifying: 'verifying the package',
    restoring: 'restoring',
    comparing: 'comparing',
    erasing: 'erasing copies',
    done: 'done',
    failed: 'failed',
    cancelled: 'cancelled',
  },
}

export const phaseWords: Words<Record<RunPhase, string>> = {
  fr: {
    starting: 'démarrage',
    extraction: 'extraction',
    documentation: 'documentation',
    report: 'rapport',
    erasure: 'effacement',
    done: 'terminée',
    failed: 'en échec',
    cancelled: 'annulée',
  },
  en: {
    starting: 'starting',
    extraction: 'extraction',
    documentation: 'documentation',
    report: 'report',
    erasure: 'erasure',
    done: 'done',
    failed: 'failed',
    cancelled: 'cancelled',
  },
}

export const outcomeWords: Words<Record<SourceResult['outcome'], string>> = {
  fr: { verified: 'vérifiée', restored: 'restaurée', failed: 'en échec' },
  en: { verified: 'verified', restored: 'restored', failed: 'failed' },
}

export const comparisonWords: Words<Record<Comparison, string>> = {
  fr: { same: 'identique', differs: 'diffère', unchecked: 'non comparé', uncounted: 'sans compte' },
  en: { same: 'identical', differs: 'differs', unchecked: 'not compared', uncounted: 'not counted' },
}

export const documentStateWords: Words<Record<DocumentResult['state'], string>> = {
  fr: { present: 'présent', missing: 'manquant', stale: 'périmé' },
  en: { present: 'present', missing: 'missing', stale: 'stale' },
}

const subjectKinds: Words<Record<string, string>> = {
  fr: {
    source: 'source',
    document: 'document',
    dataset: 'jeu de données',
    clock: 'délai',
    knowledge: 'connaissance',
    run: 'exécution',
    system: 'système',
  },
  en: {
    source: 'source',
    document: 'document',
    dataset: 'dataset',
    clock: 'clock',
    knowledge: 'knowledge',
    run: 'run',
    system: 'system',
  },
}

/** `source:erp` as `source erp`; a subject of an unknown kind as it is. */
export function subjectWords(subject: string, language: Language): string {
  const colon = subject.indexOf(':')
  const kind = colon === -1 ? subject : subject.slice(0, colon)
  if (!Object.hasOwn(subjectKinds[language], kind)) return subject
  const rest = colon === -1 ? '' : ` ${subject.slice(colon + 1)}`
  return `${subjectKinds[language][kind]}${rest}`
}
