import { expect, test } from 'vitest'
import { newFinding } from '../../../contract/finding-values.ts'
import { describeFinding } from '../../../contract/words/findings.ts'

const socket = (reason: string) =>
  newFinding('omitted-entry', 'minor', 'source:partage', { dataset: '/', item: 'agent.sock', reason })

test('a reason that we know is told in the language of the reader', () => {
  const finding = socket('It is a socket: it has no content to hand over.')
  expect(describeFinding(finding, 'fr').cause).toContain('C’est une socket')
  expect(describeFinding(finding, 'en').cause).toContain('It is a socket')
})

test('a reason that we do not know is told as it came', () => {
  expect(describeFinding(socket('The moon was full.'), 'fr').cause).toContain('The moon was full.')
})
