import { addDuration } from './duration.ts'
import { templateEn } from './template-en.ts'
import { templateFr } from './template-fr.ts'

/**
 * A plan to start from, commented, in the language of its author. It compiles as it stands; what is to be filled in is
 * marked `À compléter` or `To be filled in`. `today` dates it: the contract runs for three years from there.
 */
export function planTemplate({ language, today }: { language: 'fr' | 'en'; today: Date }): string {
  const template = language === 'fr' ? templateFr : templateEn
  const none = { weeks: 0, days: 0, hours: 0, minutes: 0, seconds: 0 }
  const end = addDuration(today, { ...none, years: 3, months: 0 })
  return template.replace('{{start}}', dayOf(today)).replace('{{end}}', dayOf(end))
}

function dayOf(date: Date): string {
  return date.toISOString().slice(0, 10)
}
