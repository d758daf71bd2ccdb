import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { DefaultLogger, makeTelemetryFilterString, Runtime, Worker } from '@temporalio/worker'
import { describe, expect, test } from 'vitest'
import { encryptedDataConverter } from '../../temporal/connect.ts'
import { parseKeyring } from '../../temporal/keyring.ts'
import { historyFromJson } from './history-json.ts'
import { keyringFile, paths, recordedFolder } from './recorded.ts'

// A replay tells of each of its steps otherwise.
Runtime.install({
  logger: new DefaultLogger('ERROR'),
  telemetryOptions: { logging: { filter: makeTelemetryFilterString({ core: 'ERROR' }) } },
})

const recordings = readdirSync(recordedFolder).filter((name) => name.endsWith('.json'))
const keyring = parseKeyring(readFileSync(keyringFile, 'utf8'), keyringFile)

/** Runs workflow code against recorded histories; answers the ones that it does not fit, with why. */
async function misfits(
  workflows: string,
  names: readonly string[],
): Promise<{ name: string; why: string }[]> {
  const nameOf = new Map<string, string>()
  const results = Worker.runReplayHistories(
    {
      workflowsPath: fileURLToPath(new URL(workflows, import.meta.url)),
      dataConverter: encryptedDataConverter(keyring),
    },
    names.map((name) => {
      const history = historyFromJson(readFileSync(join(recordedFolder, name), 'utf8'))
      const workflowId = history.events![0]!.workflowExecutionStartedEventAttributes!.workflowId!
      nameOf.set(workflowId, name)
      return { workflowId, history }
    }),
  )
  const found: { name: string; why: string }[] = []
  for await (const { workflowId, error } of results) {
    if (error) found.push({ name: nameOf.get(workflowId)!, why: `${error.name}: ${error.message}` })
  }
  return found
}

describe('recorded histories', () => {
  test('are there for every path and for every workflow', () => {
    for (const path of paths) {
      for (const workflow of ['run', 'erp', 'partage']) {
        expect(recordings).toContainEqual(
          expect.stringMatching(new RegExp(`^[\\d.]+-${path}-${workflow}\\.json$`)),
        )
      }
    }
  })

  test('hold what their path is about', () => {
    const types = (path: string, workflow: string) =>
      recordings
        .filter((name) => name.endsWith(`-${path}-${workflow}.json`))
        .map((name) => readFileSync(join(recordedFolder, name), 'utf8'))
    for (const text of types('done', 'run')) expect(text).toContain('WORKFLOW_EXECUTION_COMPLETED')
    for (const text of types('cancelled', 'run')) expect(text).toContain('WORKFLOW_EXECUTION_CANCELED')
    for (const text of types('source-failed', 'erp')) expect(text).toContain('ACTIVITY_TASK_FAILED')
    for (const text of types('epoch-lost', 'erp')) expect(text).toContain('ACTIVITY_TASK_TIMED_OUT')
  })

  test('all replay with the workflows as they are', async () => {
    expect(recordings.length).toBeGreaterThanOrEqual(paths.length * 3)
    expect(await misfits('../../workflows/index.ts', recordings)).toEqual([])
  }, 120_000)

  test('none replays with workflows that do something else', async () => {
    const found = await misfits('./incompatible/index.ts', recordings)
    expect(found.map(({ name }) => name).toSorted()).toEqual(recordings.toSorted())
    for (const { why } of found) expect(why).toMatch(/DeterminismViolation|Nondeterminism/i)
  }, 120_000)
})
