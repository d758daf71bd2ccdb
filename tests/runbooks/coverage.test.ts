import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type ErrorType, errorTypes } from '../../contract/errors.ts'
import { findingCodes } from '../../contract/finding.ts'
import { checkout, localLinks, readDocument } from '../support/markdown.ts'

const index = readDocument('runbooks/README.md')
const types = Object.keys(errorTypes) as ErrorType[]

/** The rows of a table of the index whose first cell is code, by that code. */
function rows(title: string): Map<string, string[]> {
  const section = index.split(/^## /m).find((part) => part.startsWith(title)) ?? ''
  const found = new Map<string, string[]>()
  for (const line of section.split('\n')) {
    const cells = line.split('|').map((cell) => cell.trim())
    const code = /^`([a-z-]+)`$/.exec(cells[1] ?? '')?.[1]
    if (code !== undefined) found.set(code, cells.slice(2, -1))
  }
  return found
}

describe('each type of error', () => {
  test.each(types)('%s has a status, an exit code and a runbook', (type) => {
    const { exitCode, httpStatus } = errorTypes[type]
    expect(httpStatus).toBeGreaterThanOrEqual(400)
    expect(httpStatus).toBeLessThan(600)
    expect(exitCode).toBeGreaterThan(0)
    expect(exitCode).not.toBe(3)
    expect(existsSync(join(checkout, 'runbooks', `${type}.md`))).toBe(true)
  })

  test('stands in the index as it is in the code', () => {
    const expected = types.map((type) => {
      const { exitCode, httpStatus, retryable } = errorTypes[type]
      return [type, [String(exitCode), String(httpStatus), retryable ? 'yes' : 'no', `[${type}](${type}.md)`]]
    })
    expect([...rows('Errors')]).toEqual(expected)
  })
})

describe('each finding', () => {
  const covered = rows('Findings')

  test.each(findingCodes)('%s leads to a page that speaks of it', (code) => {
    const page = /\(([a-z-]+\.md)\)/.exec(covered.get(code)?.[0] ?? '')?.[1]
    expect(page).toBeDefined()
    expect(readDocument(`runbooks/${page}`)).toContain(code)
  })

  test('and the index knows no other', () => {
    expect([...covered.keys()]).toEqual([...findingCodes])
  })
})

test('every runbook can be reached from the index', () => {
  const linked = new Set(localLinks('runbooks/README.md').map(({ target }) => target))
  const pages = readdirSync(join(checkout, 'runbooks')).filter((name) => name !== 'README.md')
  expect(pages.filter((name) => !linked.has(`runbooks/${name}`))).toEqual([])
})
