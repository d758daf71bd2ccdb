import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from '@temporalio/client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { RunRef } from '../../contract/layout.ts'
import { connect } from '../../temporal/connect.ts'
import { keyringFromEnvironment } from '../../temporal/keyring.ts'
import { exampleSources } from '../support/example.ts'
import {
  databaseOfSize,
  expectNoStrays,
  expectSmallHistories,
  fingerprintsOf,
  momentsOf,
  rehearseWithKills,
  untilVolumes,
  withBigTable,
} from '../support/killed-worker.ts'
import { dropDatabase } from '../support/postgres.ts'
import { openRoom, type Room, reportOf } from '../support/run-room.ts'

const seed = 2027
const runs: RunRef[] = []
let room: Room
let client: Client
let plan: string
let undisturbed: Awaited<ReturnType<typeof rehearseWithKills>>

beforeAll(async () => {
  const example = (await exampleSources()).environment
  room = openRoom('faults', {
    ...example,
    ...(await databaseOfSize(200)),
    REVERSIBILITY_PART_BYTES: '16000000',
    // A frozen worker swallows what its open questions are answered with.
    REVERSIBILITY_MAX_ATTEMPTS: '12',
  })
  client = await connect(room.environment, keyringFromEnvironment(room.environment))
  plan = room.plan('big', (plan) => withBigTable(plan, '30 Mo'))
  undisturbed = await rehearseWithKills({ room, plan, moments: [], volumes: 0 })
  runs.push(undisturbed.run)
}, 300_000)

afterAll(async () => {
  for (const { runId } of runs) {
    const name = runId.replaceAll('-', '_')
    await dropDatabase(`rev_${name}_erp`)
    rmSync(join(room.environment.ORME_RESTAURATION!, `rev_${name}_partage`), { recursive: true, force: true })
  }
  await client?.connection.close()
  await room?.close()
})

test('a worker killed at ten moments spread over an extraction of 200 MB changes nothing of what comes out', async () => {
  const { volumes } = undisturbed.report.sources[0]!.totals
  const disturbed = await rehearseWithKills({ room, plan, moments: momentsOf(10, seed), volumes })
  runs.push(disturbed.run)
  expect(fingerprintsOf(disturbed.report)).toEqual(fingerprintsOf(undisturbed.report))
  expect(disturbed.report.sources.map(({ epoch }) => epoch)).toEqual([11, 1])
  for (const source of disturbed.report.sources) await expectNoStrays(room, disturbed.run, source)
  await expectSmallHistories(client, disturbed.run, ['erp', 'partage'])
})

test('a worker that froze, was given up, and wakes while another one works, harms nothing', async () => {
  const frozen = await room.startWorker()
  const rehearsing = room.rehearse(plan, '--keep', '--accept-findings')
  runs.push(rehearsing.run)
  await untilVolumes(room, rehearsing, { sourceId: 'erp', epoch: 1, volumes: 5 })
  frozen.kill('SIGSTOP')
  const other = await room.startWorker()
  await untilVolumes(room, rehearsing, { sourceId: 'erp', epoch: 2, volumes: 5 })
  frozen.kill('SIGCONT')
  const ended = await rehearsing.ended
  for (const worker of [frozen, other]) worker.kill('SIGTERM')
  await Promise.all([frozen.ended, other.ended])
  expect(ended.code, ended.output.slice(-3000)).toBe(0)
  const report = reportOf(ended)
  expect(fingerprintsOf(report)).toEqual(fingerprintsOf(undisturbed.report))
  // What it woke up to store comes after the erasure of its epoch, if it comes at all: long enough for that.
  await sleep(3000)
  for (const source of report.sources) await expectNoStrays(room, rehearsing.run, source)
})
