import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runPrefix } from '../../contract/layout.ts'
import { runWorkflowId } from '../../contract/signals.ts'
import { openStack } from '../../stack/open-stack.ts'
import { isAlive } from '../../stack/process-identity.ts'
import { readBytes } from '../../store/json.ts'
import { connect } from '../../temporal/connect.ts'
import { keyringFromEnvironment } from '../../temporal/keyring.ts'
import { bareEnvironment, processesOf, stateOf } from '../stack/scratch-root.ts'
import { exampleSources } from '../support/example.ts'
import { untilSource } from '../support/killed-worker.ts'
import { asSuperuser } from '../support/postgres.ts'
import { openRoom } from '../support/run-room.ts'

test('after all of it was killed, servers included, the run goes on and leaves no copy', async () => {
  const root = mkdtempSync(join(tmpdir(), 'reversibility-killed-'))
  const open = () => openStack({ root, services: ['temporal', 's3'], environment: bareEnvironment() })
  const first = await open()
  const room = openRoom('everything', { ...(await exampleSources()).environment, ...first.environment() })
  try {
    const plan = room.plan('slow', (plan) => {
      plan.sources[0].limits.bandwidth = '30 Mo'
      plan.sources[1].limits.bandwidth = '30 Mo'
    })
    const worker = await room.startWorker()
    const rehearsing = room.rehearse(plan, '--accept-findings')
    const { run } = rehearsing
    await untilSource(rehearsing, 'erp', ({ step, bytes }) => step === 'extracting' && bytes.done > 0)
    const killed = processesOf(stateOf(root))
    expect(killed).toHaveLength(3)
    for (const { pid } of killed) process.kill(pid, 'SIGKILL')
    rehearsing.kill('SIGKILL')
    worker.kill('SIGKILL')
    await Promise.all([rehearsing.ended, worker.ended])
    await expect.poll(() => killed.some(isAlive)).toBe(false)

    const second = await open()
    expect(second.temporal).toEqual(first.temporal)
    await room.startWorker()
    const client = await connect(room.environment, keyringFromEnvironment(room.environment))
    try {
      const outcome = await client.workflow.getHandle(runWorkflowId(run.contractId, run.runId)).result()
      expect(outcome).toMatchObject({ verdict: 'could-leave-with-reserves', failureType: null })
    } finally {
      await client.connection.close()
    }
    const report = JSON.parse(
      (await readBytes(room.store, `${runPrefix(run)}records/report.json`)).toString(),
    )
    expect(report.copiesErased).toBe(true)
    expect(report.sources.map(({ outcome }: { outcome: string }) => outcome)).toEqual([
      'restored',
      'restored',
    ])
    const left: string[] = []
    for await (const { key } of room.store.listVersions(`${runPrefix(run)}`)) left.push(key)
    expect(left.filter((key) => /\/(sources|work)\//.test(key))).toEqual([])
    expect(await room.store.abandonUploads(runPrefix(run))).toBe(0)
    const name = run.runId.replaceAll('-', '_')
    const { rows } = await asSuperuser(`SELECT datname FROM pg_database WHERE datname LIKE '%${name}%'`)
    expect(rows).toEqual([])
    expect(readdirSync(room.environment.ORME_RESTAURATION!).filter((entry) => entry.includes(name))).toEqual(
      [],
    )
    await second.stop()
  } finally {
    await room.close()
    await first.stop()
    rmSync(root, { recursive: true, force: true })
  }
})
