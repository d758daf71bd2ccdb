import { readdirSync } from 'node:fs'
import type { Client } from '@temporalio/client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { journalKey, runPrefix, statusKey } from '../../contract/layout.ts'
import { runWorkflowId } from '../../contract/signals.ts'
import type { ExtractionStatus, RunStatus } from '../../contract/status.ts'
import { readJson } from '../../store/json.ts'
import { connect } from '../../temporal/connect.ts'
import { keyringFromEnvironment } from '../../temporal/keyring.ts'
import { jsonLines } from '../support/cli.ts'
import { exampleSources } from '../support/example.ts'
import { asSuperuser } from '../support/postgres.ts'
import { openRoom, type Room } from '../support/run-room.ts'

let room: Room
let client: Client
let plan: string

beforeAll(async () => {
  room = openRoom('cancel', (await exampleSources()).environment)
  client = await connect(room.environment, keyringFromEnvironment(room.environment))
  // So slow a link that no test can miss the moment: half a minute for the share, which the signal cuts short.
  plan = room.plan('slow', (plan) => {
    plan.sources[1].limits.bandwidth = '3 Mo'
  })
  await room.startWorker()
}, 120_000)

afterAll(async () => {
  await client?.connection.close()
  await room?.close()
})

/** The moment that is waited for: the share's bytes are under way, or the database is being restored. */
const moments: Record<string, (sources: ExtractionStatus[]) => boolean> = {
  'in the middle of an extraction': (sources) =>
    sources.some(
      ({ sourceId, step, bytes }) => sourceId === 'partage' && step === 'extracting' && bytes.expected > 0,
    ) && sources.some(({ sourceId, bytes }) => sourceId === 'erp' && bytes.done > 0),
  'while the database is being restored': (sources) =>
    sources.some(({ sourceId, step }) => sourceId === 'erp' && step === 'restoring'),
}

describe.each([
  { signal: 'SIGINT' as const, moment: 'in the middle of an extraction' },
  { signal: 'SIGTERM' as const, moment: 'while the database is being restored' },
])('$signal $moment', ({ signal, moment }) => {
  test('cancels the run, which erases every copy, says so in its journal, and ends with 130', async () => {
    const rehearsing = room.rehearse(plan)
    const { run } = rehearsing
    await rehearsing.until('stdout', (said) =>
      jsonLines<Partial<RunStatus>>(said.slice(0, said.lastIndexOf('\n') + 1)).some(
        ({ sources }) => sources !== undefined && moments[moment]!(sources),
      ),
    )
    const at = Date.now()
    rehearsing.kill(signal)
    const ended = await rehearsing.ended
    expect(ended.code, ended.output.slice(-3000)).toBe(130)
    expect(Date.now() - at).toBeLessThan(30_000)
    expect(jsonLines(ended.stdout).at(-1)).toMatchObject({ type: 'error', error: 'cancelled' })

    const workflow = client.workflow.getHandle(runWorkflowId(run.contractId, run.runId))
    expect((await workflow.describe()).status.name).toBe('CANCELLED')

    const status = await readJson<RunStatus>(room.store, statusKey(run))
    expect(status).toMatchObject({ phase: 'cancelled', endedAt: expect.any(String) })
    const last = await readJson<{ kind: string }>(room.store, journalKey(run, status.journal.sequence))
    expect(last.kind).toBe('run-cancelled')
    const where = `s3://${room.environment.S3_BUCKET}/${runPrefix(run)}journal/`
    const key = ['--key', room.environment.ORME_PUBLIC_KEY!]
    const verified = await room.run('journal', 'verify', where, ...key, '--json')
    expect(verified.code, verified.output).toBe(0)
    expect(jsonLines(verified.stdout)[0]).toMatchObject({
      entries: status.journal.sequence,
      signedUpTo: status.journal.sequence,
    })

    const kept: string[] = []
    for await (const { key } of room.store.listVersions(runPrefix(run))) kept.push(key)
    expect(kept.filter((key) => !/\/(plan\.yaml|status\.json|journal\/[^/]+)$/.test(key))).toEqual([])
    expect(await room.store.abandonUploads(runPrefix(run))).toBe(0)
    const name = run.runId.replaceAll('-', '_')
    const { rows } = await asSuperuser(`SELECT datname FROM pg_database WHERE datname LIKE '%${name}%'`)
    expect(rows).toEqual([])
    expect(readdirSync(room.environment.ORME_RESTAURATION!).filter((entry) => entry.includes(name))).toEqual(
      [],
    )
  })
})
