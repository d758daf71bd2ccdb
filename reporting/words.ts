import type { Words } from '../contract/words/language.ts'
import { englishReport } from './words-en.ts'
import { frenchReport, type ReportWords } from './words-fr.ts'

export const reportWords: Words<ReportWords> = { fr: frenchReport, en: englishReport }
