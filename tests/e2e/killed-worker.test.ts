import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Client } from '@temporalio/client'
import { afterAll, beforeAll, expect, test } from 'vitest'
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
  withBigTable,
} from '../support/killed-worker.ts'
import { dropDatabase } from '../support/postgres.ts'
import { openRoom, type Room } from '../support/run-room.ts'
import { smallTree } from '../support/small-plan.ts'

const scratch: string[] = []
let room: Room
let client: Client
let plan: string

beforeAll(async () => {
  const example = (await exampleSources()).environment
  room = openRoom('killed', {
    ...example,
    ...(await databaseOfSize(12)),
    REVERSIBILITY_PART_BYTES: '4000000',
  })
  room.environment.SMALL_TREE = smallTree(room.folder)
  client = await connect(room.environment, keyringFromEnvironment(room.environment))
  plan = room.plan('killed', (plan) => {
    withBigTable(plan, '6 Mo')
    plan.sources[1].config.root = 'env:SMALL_TREE'
    delete plan.sources[1].expected
    plan.documents = []
  })
}, 120_000)

afterAll(async () => {
  for (const name of scratch) {
    await dropDatabase(`rev_${name}_erp`)
    rmSync(join(room.environment.ORME_RESTAURATION!, `rev_${name}_partage`), { recursive: true, force: true })
  }
  await client?.connection.close()
  await room?.close()
})

test('a worker killed at three moments of an extraction changes nothing of what comes out', async () => {
  const undisturbed = await rehearseWithKills({ room, plan, moments: [], volumes: 0 })
  const { volumes } = undisturbed.report.sources[0]!.totals
  const disturbed = await rehearseWithKills({ room, plan, moments: momentsOf(3, 2027), volumes })
  for (const { run } of [undisturbed, disturbed]) scratch.push(run.runId.replaceAll('-', '_'))
  expect(fingerprintsOf(disturbed.report)).toEqual(fingerprintsOf(undisturbed.report))
  const [erp, share] = disturbed.report.sources
  // Each kill lost the reading of the database, and none that of the files, which outlives its worker.
  expect([erp!.epoch, share!.epoch]).toEqual([4, 1])
  for (const source of disturbed.report.sources) await expectNoStrays(room, disturbed.run, source)
  await expectSmallHistories(client, disturbed.run, ['erp', 'partage'])
}, 300_000)
