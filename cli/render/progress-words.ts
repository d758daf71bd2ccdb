import type { Words } from '../../contract/words/language.ts'
import type { Work } from './works.ts'

export const progressWords: Words<{
  works: Record<Work, string>
  left: string
  records: string
  parts: string
  epoch: string
  elapsed: string
  more(sources: number): string
  findings(count: number): string
  remedy: string
}> = {
  fr: {
    works: { export: 'export', verification: 'vérification', restoration: 'restauration' },
    left: 'reste',
    records: 'enr.',
    parts: 'lots',
    epoch: 'époque',
    elapsed: 'depuis',
    more: (sources) => (sources < 2 ? `et ${sources} autre source` : `et ${sources} autres sources`),
    findings: (count) => (count < 2 ? `${count} constat` : `${count} constats`),
    remedy: 'Que faire',
  },
  en: {
    works: { export: 'export', verification: 'verification', restoration: 'restore' },
    left: 'left',
    records: 'records',
    parts: 'parts',
    epoch: 'epoch',
    elapsed: 'for',
    more: (sources) => `and ${sources} more ${sources === 1 ? 'source' : 'sources'}`,
    findings: (count) => `${count} ${count === 1 ? 'finding' : 'findings'}`,
    remedy: 'What to do',
  },
}
