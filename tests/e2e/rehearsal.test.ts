import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Client } from '@temporalio/client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type RunRef, runPrefix } from '../../contract/layout.ts'
import type { RunReport } from '../../contract/report.ts'
import { extractionWorkflowId, runWorkflowId } from '../../contract/signals.ts'
import { readBytes } from '../../store/json.ts'
import { connect } from '../../temporal/connect.ts'
import { keyringFromEnvironment } from '../../temporal/keyring.ts'
import { type Ended, jsonLines } from '../support/cli.ts'
import { exampleSources } from '../support/example.ts'
import { historyOf, historyTexts } from '../support/histories.ts'
import { asSuperuser } from '../support/postgres.ts'
import { examplePlan, openRoom, type Room, reportOf } from '../support/run-room.ts'
import { secretsIn, secretsOf } from '../support/secrets.ts'

let room: Room
let client: Client
let run: RunRef
let ended: Ended
let report: RunReport

beforeAll(async () => {
  room = openRoom('rehearsal', (await exampleSources()).environment)
  client = await connect(room.environment, keyringFromEnvironment(room.environment))
  const worker = await room.startWorker()
  const rehearsing = room.rehearse(examplePlan, '--accept-findings')
  run = rehearsing.run
  ended = await rehearsing.ended
  report = reportOf(ended)
  worker.kill('SIGTERM')
  const stopped = await worker.ended
  expect(stopped.code, stopped.stderr).toBe(0)
  // What the worker said is searched for secrets too.
  ended.output += stopped.output
}, 180_000)

afterAll(async () => {
  await client?.connection.close()
  await room?.close()
})

async function versionsUnder(prefix: string): Promise<string[]> {
  const keys: string[] = []
  for await (const { key } of room.store.listVersions(prefix)) keys.push(key)
  return keys
}

describe('a rehearsal of the example, through the command line and a worker', () => {
  test('ends with 0 when findings are accepted, and says that the client could leave with reserves', () => {
    expect(ended.code, ended.stderr).toBe(0)
    expect(report.verdict).toBe('could-leave-with-reserves')
    expect(report.sources.map(({ sourceId, outcome }) => [sourceId, outcome])).toEqual([
      ['erp', 'restored'],
      ['partage', 'restored'],
    ])
  })

  test('finds the five faults that the example was given, and no other', () => {
    const found = report.findings.map(({ code, subject }) => `${code} ${subject}`)
    // Other tests have databases on the same server: to the plan of the example, they are undeclared as well.
    const own = found.filter((finding) => !/^undeclared-system .*\/(?!orme_)\w+$/.test(finding))
    expect(own.toSorted()).toEqual([
      'missing-document document:comptes-a-privileges',
      'omitted-entry source:partage',
      'stale-document document:plan-de-reprise',
      expect.stringMatching(/^undeclared-system system:postgresql:\/\/.*\/orme_archives_2019$/),
      'volume-far-from-declared source:partage',
    ])
    expect(report.findings.find(({ code }) => code === 'omitted-entry')!.values.item).toMatch(/agent\.sock$/)
  })

  test('counts the same at the source, in the package and in the restored copy, for every dataset with records', () => {
    const counted = report.sources.flatMap(({ datasets }) => datasets.filter(({ source }) => source !== null))
    expect(counted.filter(({ kind }) => kind === 'table').length).toBeGreaterThanOrEqual(55)
    expect(counted.filter(({ kind }) => kind === 'tree')).toHaveLength(1)
    expect(counted.reduce((sum, { source }) => sum + source!.records, 0)).toBeGreaterThan(540_000)
    for (const { datasetId, source, package: packaged, restored } of counted) {
      expect([datasetId, packaged, restored]).toEqual([datasetId, source, source])
    }
  })

  test('tells its progress as NDJSON: every line a status, the last one the summary', () => {
    const lines = jsonLines<{ type: string; phase?: string }>(ended.stdout)
    expect(lines.length).toBeGreaterThan(4)
    expect(lines.slice(0, -1).every(({ type }) => type === 'status')).toBe(true)
    const phases = [...new Set(lines.slice(0, -1).map(({ phase }) => phase))]
    expect(phases.at(-1)).toBe('done')
    expect(phases).toContain('extraction')
  })

  test('leaves a journal that verifies to its signed end', async () => {
    const where = `s3://${room.environment.S3_BUCKET}/${runPrefix(run)}journal/`
    const verified = await room.run(
      ...['journal', 'verify', where, '--key', room.environment.ORME_PUBLIC_KEY!, '--json'],
    )
    expect(verified.code, verified.output).toBe(0)
    const [summary] = jsonLines<{ entries: number; signedUpTo: number }>(verified.stdout)
    expect(summary!.signedUpTo).toBe(summary!.entries)
    const first = JSON.parse(
      (await readBytes(room.store, `${runPrefix(run)}journal/00000001.json`)).toString(),
    )
    expect(first.kind).toBe('run-started')
  })

  test('leaves no copy: neither in the bucket, in any version or unfinished upload, nor in a scratch target', async () => {
    expect(report.copiesErased).toBe(true)
    const kept = (await versionsUnder(runPrefix(run))).map((key) => key.slice(runPrefix(run).length))
    expect(kept.filter((key) => !/^(plan\.yaml|status\.json|journal\/|records\/)/.test(key))).toEqual([])
    expect(kept).toContain('status.json')
    expect(await room.store.abandonUploads(runPrefix(run))).toBe(0)
    const name = run.runId.replaceAll('-', '_')
    const { rows } = await asSuperuser(`SELECT datname FROM pg_database WHERE datname LIKE '%${name}%'`)
    expect(rows).toEqual([])
    const scratch = readdirSync(room.environment.ORME_RESTAURATION!)
    expect(scratch.filter((entry) => entry.includes(name))).toEqual([])
  })

  test('writes a report that is one page and loads nothing', () => {
    for (const language of ['fr', 'en']) {
      const html = readFileSync(join(room.folder, run.runId, `report.${language}.html`), 'utf8')
      expect(html).toContain(`<html lang="${language}"`)
      expect(html).toContain('orme_archives_2019')
      expect(html).not.toMatch(/<(script|link|img|iframe|object|embed)\b|@import|url\(|\bsrc=/i)
      expect([...html.matchAll(/href="([^"]*)"/g)].filter(([, to]) => !to!.startsWith('#'))).toEqual([])
    }
    const kept = JSON.parse(readFileSync(join(room.folder, run.runId, 'report.json'), 'utf8'))
    expect(kept).toEqual(JSON.parse(JSON.stringify({ ...report, type: undefined, folder: undefined })))
  })

  test('lets no secret out: not in what it says, not in the bucket, not in the history, even opened', async () => {
    const secrets = secretsOf(room.environment)
    expect([...secrets.keys()]).toEqual(
      expect.arrayContaining([
        'password of ORME_ERP_URL',
        'password of ORME_SCRATCH_URL',
        'AWS_SECRET_ACCESS_KEY',
        'ORME_WEBHOOK_SECRET',
        'line 3 of the signing key',
        'the payload key',
      ]),
    )
    expect(secretsIn(ended.output, secrets)).toEqual([])

    let objects = 0
    for await (const { key, versionId } of room.store.listVersions(runPrefix(run))) {
      objects += 1
      expect([key, secretsIn(await readBytes(room.store, key, { versionId }), secrets)]).toEqual([key, []])
    }
    expect(objects).toBeGreaterThan(10)

    const workflow = runWorkflowId(run.contractId, run.runId)
    const ids = [workflow, ...['erp', 'partage'].map((source) => extractionWorkflowId(workflow, source))]
    for (const id of ids) {
      const texts = await historyTexts(await historyOf(client, id), keyringFromEnvironment(room.environment))
      expect([id, secretsIn(texts.raw, secrets)]).toEqual([id, []])
      expect([id, secretsIn(texts.opened, secrets)]).toEqual([id, []])
      // The search is not in vain: what was sent is readable opened, and only opened.
      expect(texts.payloads).toBeGreaterThan(5)
      expect(texts.opened).toContain(report.planSha256)
      expect(texts.raw.includes(report.planSha256)).toBe(false)
    }
  })

  test('keeps its histories small', async () => {
    const workflow = runWorkflowId(run.contractId, run.runId)
    for (const id of [workflow, extractionWorkflowId(workflow, 'erp')]) {
      expect((await historyOf(client, id)).events!.length).toBeLessThan(200)
    }
  })
})
