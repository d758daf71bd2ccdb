import type { Finding, FindingCode } from '../finding.ts'
import { valuesOf } from '../finding-values.ts'
import type { FindingTemplate, FindingTemplates, FindingWords } from './finding-template.ts'
import { englishFindings } from './findings-en.ts'
import { frenchFindings } from './findings-fr.ts'
import { french } from './french.ts'
import type { Language, Words } from './language.ts'

export const findingTemplates: Words<FindingTemplates> = { fr: frenchFindings, en: englishFindings }

const unknown: Words<(finding: Finding, facts: string) => FindingWords> = {
  fr: (finding, facts) => ({
    title: french`Constat « ${finding.code} » sur ${finding.subject}`,
    cause: french`Les faits relevés : ${facts}.`,
    action: 'Lisez ce constat avec la version du logiciel qui a écrit ce rapport.',
  }),
  en: (finding, facts) => ({
    title: `Finding “${finding.code}” about ${finding.subject}`,
    cause: `The facts recorded: ${facts}.`,
    action: 'Read this finding with the version of the software that wrote this report.',
  }),
}

/**
 * A finding in a person's language. Pure; the texts hold the values as they came, so that whoever shows them escapes
 * them. A code or values of another version are shown as bare facts: a finding is never left out for want of words.
 */
export function describeFinding(finding: Finding, language: Language): FindingWords {
  const templates = findingTemplates[language]
  if (Object.hasOwn(templates, finding.code)) {
    const values = valuesOf(finding.code, finding.values)
    if (values !== undefined) return (templates[finding.code] as FindingTemplate<FindingCode>)(values)
  }
  const facts = Object.entries(finding.values).map(([name, value]) => `${name} = ${value}`)
  return unknown[language](finding, facts.join(', ') || '—')
}
