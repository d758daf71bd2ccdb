import { expect, test } from 'vitest'
import { judgeDocument } from '../../activities/documents.ts'
import type { PlanDocument } from '../../contract/plan/plan.ts'

const document: PlanDocument = {
  id: 'dex',
  title: "Dossier d'exploitation",
  kind: 'operations-file',
  owner: 'exploitation',
  required: true,
  from: { source: 'partage', path: 'Documentation/DEX*.pdf' },
  maxAge: 'P12M',
}
const at = '2027-01-31T00:00:00Z'
const found = (modifiedAt: string) => ({ path: 'Documentation/DEX-3.pdf', bytes: 10, modifiedAt })

test('a document that nothing matches is missing', () => {
  expect(judgeDocument(document, undefined, at)).toMatchObject({
    state: 'missing',
    path: 'Documentation/DEX*.pdf',
  })
})

test('a document older than its plan allows is stale', () => {
  expect(judgeDocument(document, found('2026-01-30T00:00:00Z'), at).state).toBe('stale')
})

test('a document as old as its plan allows is present', () => {
  expect(judgeDocument(document, found('2026-01-31T00:00:00Z'), at)).toMatchObject({
    state: 'present',
    path: 'Documentation/DEX-3.pdf',
  })
})

test('a document without a limit never grows stale', () => {
  const { maxAge: _, ...lasting } = document
  expect(judgeDocument(lasting, found('2001-01-01T00:00:00Z'), at).state).toBe('present')
})
