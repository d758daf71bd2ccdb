/** The languages that people are spoken to in. Codes and JSON stay in English. */
export const languages = ['fr', 'en'] as const
export type Language = (typeof languages)[number]

/** The same words in every language. */
export type Words<T> = Readonly<Record<Language, T>>

/** BCP 47 locale for `Intl`: which separators, which order of day and month. */
export const locales: Words<string> = { fr: 'fr-FR', en: 'en-GB' }

/** The language that an environment asks for (`LANG=fr_FR.UTF-8`), English when it names another. */
export function languageOfLocale(locale: string | undefined): Language {
  return locale?.toLowerCase().startsWith('fr') ? 'fr' : 'en'
}
