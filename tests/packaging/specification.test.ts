import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { inventoryEntrySchema } from '../../packaging/inventory.ts'
import { rootStatementSchema } from '../../packaging/root.ts'
import { verificationSteps } from '../../packaging/verification-report.ts'
import { verifyScript } from '../../packaging/verify-script.ts'

const specification = readFileSync('docs/package-format.md', 'utf8')

function section(number: number): string {
  const parts = specification.split(/^## /m)
  const found = parts.find((part) => part.startsWith(`${number}. `))!
  return found.slice(found.indexOf('\n'))
}

/** The first column of a section's table: names in backquotes. */
function members(text: string): string[] {
  return [...text.matchAll(/^\| ((?:`\w+`(?:, )?)+) \|/gm)].flatMap((row) =>
    [...row[1]!.matchAll(/`(\w+)`/g)].map((name) => name[1]!),
  )
}

test('prints verify.sh word for word', () => {
  expect(specification).toContain(`\`\`\`sh\n${verifyScript}\`\`\``)
})

test('describes every member of root.json and no other', () => {
  expect(members(section(4)).toSorted()).toEqual(Object.keys(rootStatementSchema.shape).toSorted())
  for (const name of Object.keys(rootStatementSchema.shape.counts.shape))
    expect(section(4)).toContain(`\`${name}\``)
})

test('describes every member of the inventory and no other', () => {
  expect(members(section(9)).toSorted()).toEqual(Object.keys(inventoryEntrySchema.shape).toSorted())
})

test('has the steps of the verifier, as many and in that order', () => {
  expect(section(3).match(/^\d\. /gm)).toHaveLength(verificationSteps.length)
})
