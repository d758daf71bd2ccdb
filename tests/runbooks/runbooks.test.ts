import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type CodeBlock, checkout, codeBlocks, headings, readDocument } from '../support/markdown.ts'
import { type OperatorsDesk, operatorsDesk } from './fixture.ts'

/** Why a command of a runbook is not run here. Kept near to nothing. */
const cannotRun: Record<string, string> = {}

const runbooks = readdirSync(join(checkout, 'runbooks'))
  .filter((name) => name.endsWith('.md') && name !== 'README.md')
  .sort()

let desk: OperatorsDesk
beforeAll(async () => {
  desk = await operatorsDesk()
}, 240_000)
afterAll(() => desk?.close())

describe('each runbook', () => {
  test.each(runbooks)('%s says what it means, what it does, how to look and what to do', (name) => {
    expect(headings(readDocument(`runbooks/${name}`), 2)).toEqual([
      'Meaning',
      'Impact',
      'Diagnosis',
      'Mitigation',
    ])
  })

  test.each(runbooks)('the commands of %s end as it says', { timeout: 240_000 }, (name) => {
    const text = readDocument(`runbooks/${name}`)
    const folder = desk.freshFolder()
    try {
      for (const block of commandsOf(text)) {
        const { status, output } = desk.run(`${preamble()}\n${block.code}`, folder, situation(name))
        expect(status, `line ${block.line}:\n${block.code}\n\n${output}`).toBe(expectedExit(block))
      }
    } finally {
      endWorker(join(folder, 'worker.pid'))
    }
  })

  test('leaves no command out without a reason', () => {
    const left = runbooks.filter((name) =>
      codeBlocks(readDocument(`runbooks/${name}`)).some(({ info }) => info === 'sh no-run'),
    )
    expect(left).toEqual(Object.keys(cannotRun))
    const others = runbooks.flatMap((name) =>
      codeBlocks(readDocument(`runbooks/${name}`))
        .filter(({ info }) => !['sh', 'sh no-run', 'yaml', 'text'].includes(info))
        .map(({ line }) => `${name}:${line}`),
    )
    expect(others).toEqual([])
  })
})

test('a command that ends otherwise than announced is seen', () => {
  const folder = desk.freshFolder()
  expect(desk.run('reversibility plan check plan.yaml', folder).status).toBe(0)
  expect(desk.run('reversibility plan check missing.yaml', folder).status).toBe(5)
  expect(desk.run('false; true', folder).status).toBe(1)
})

function commandsOf(text: string): CodeBlock[] {
  return codeBlocks(text).filter(({ info }) => info === 'sh')
}

/** The first block of the index: what an operator sets before anything else. */
function preamble(): string {
  return commandsOf(readDocument('runbooks/README.md'))[0]!.code
}

function expectedExit({ code }: CodeBlock): number {
  return Number(/^# exits (\d+)$/m.exec(code.split('\n')[0]!)?.[1] ?? 0)
}

/** The run that the runbook is about, where it is not the one that was kept. */
function situation(name: string): Record<string, string> {
  if (name === 'cancel-a-run.md') return { RUN: desk.waitingRuns[0] }
  if (name === 'keyring-lost.md') return { RUN: desk.waitingRuns[1] }
  if (name === 'copies-not-erased.md') return { RUN: desk.spareRun }
  return {}
}

function endWorker(pidFile: string): void {
  if (!existsSync(pidFile)) return
  try {
    process.kill(Number(readFileSync(pidFile, 'utf8')), 'SIGTERM')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
