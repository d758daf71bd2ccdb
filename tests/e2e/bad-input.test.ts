import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runPrefix } from '../../contract/layout.ts'
import { choosePort } from '../../stack/free-port.ts'
import { type Ended, jsonLines } from '../support/cli.ts'
import { exampleSources } from '../support/example.ts'
import { asSuperuser, databaseUrl, dropDatabase, type TestDatabase } from '../support/postgres.ts'
import { openRoom, type Rehearsing, type Room, reportOf } from '../support/run-room.ts'
import { secretsIn, secretsOf } from '../support/secrets.ts'
import { type LoosePlan, smallTree, withSmallSources } from '../support/small-plan.ts'
import { startSmallS3 } from '../support/small-s3.ts'
import { smallDatabase } from '../support/small-sources.ts'

let room: Room
let database: TestDatabase
let reader: string
const said: Ended[] = []

beforeAll(async () => {
  const example = (await exampleSources()).environment
  database = await smallDatabase()
  reader = `lecture_${database.name}`
  const password = 'not the right one, but secret'
  await asSuperuser(`CREATE ROLE ${reader} LOGIN PASSWORD '${password}'`)
  await asSuperuser(
    `GRANT USAGE ON SCHEMA public TO ${reader}; GRANT SELECT ON public.client TO ${reader}; GRANT SELECT ON public.contact TO ${reader};
     CREATE SCHEMA reserve; CREATE TABLE reserve.salaire (montant numeric);`,
    database.name,
  )
  const absent = new URL(database.url)
  absent.port = String(await choosePort(undefined))
  room = openRoom('bad-input', {
    ...example,
    SMALL_URL: database.url,
    READER_URL: databaseUrl(database.name, { name: reader, password }),
    WRONG_PASSWORD_URL: databaseUrl(database.name, { name: reader, password: 'guessed-and-wrong' }),
    ABSENT_URL: absent.href,
  })
  execFileSync('ssh-keygen', [
    '-q',
    '-t',
    'ed25519',
    '-N',
    '',
    '-C',
    'other',
    '-f',
    join(room.folder, 'other'),
  ])
  room.environment.SMALL_TREE = smallTree(room.folder)
  await room.startWorker()
}, 120_000)

afterAll(async () => {
  await room?.close()
  await dropDatabase(database.name)
  await asSuperuser(`DROP ROLE ${reader}`)
})

/** A rehearsal of small sources, made wrong by a change. */
function rehearse(name: string, change: (plan: LoosePlan) => void, ...args: string[]): Rehearsing {
  const plan = room.plan(name, (plan) => {
    withSmallSources(plan, { erp: 'env:SMALL_URL', partage: 'env:SMALL_TREE' })
    change(plan)
  })
  return room.rehearse(plan, '--accept-findings', ...args)
}

async function endOf(rehearsing: { ended: Promise<Ended> }): Promise<Ended> {
  const ended = await rehearsing.ended
  said.push(ended)
  return ended
}

const errorOf = ({ stdout }: Ended) =>
  jsonLines<{ type: string; message: string; remedy: string }>(stdout).at(-1)!

async function keysUnder(prefix: string): Promise<string[]> {
  const keys: string[] = []
  for await (const { key } of room.store.listVersions(prefix)) keys.push(key)
  return keys
}

const findingsOf = (ended: Ended) =>
  reportOf(ended)
    .findings.filter(({ severity }) => severity === 'blocker')
    .map(({ code, subject }) => `${code} ${subject}`)

describe('before anything starts', () => {
  test('a wrong plan is told whole, with places and remedies: 2', async () => {
    const rehearsing = rehearse('wrong', (plan) => {
      plan.sources[0].connector = 'postgresq'
      plan.contract.parties.client.country = 'France'
      delete plan.delivery.signingKey
    })
    const ended = await endOf(rehearsing)
    expect(ended.code).toBe(2)
    expect(ended.output).toMatch(/postgresq/)
    expect(ended.output).toMatch(/France/)
    expect(ended.output).toMatch(/signingKey/)
    expect(await keysUnder(runPrefix(rehearsing.run))).toEqual([])
  })

  test('a bucket that is not there: 5, named', async () => {
    const ended = await endOf(
      rehearse('no-bucket', (plan) => {
        plan.delivery.bucket = 'there-is-no-such-bucket'
      }),
    )
    expect(errorOf(ended)).toMatchObject({
      type: 'error',
      message: expect.stringContaining('there-is-no-such-bucket'),
    })
    expect(ended.code).toBe(5)
  })

  test('no worker on the task queue: 1 within seconds, and the command that starts one', async () => {
    const plan = room.plan('no-worker', (plan) =>
      withSmallSources(plan, { erp: 'env:SMALL_URL', partage: 'env:SMALL_TREE' }),
    )
    const at = Date.now()
    const ended = await endOf(room.start('rehearse', plan, '--json', '--task-queue', 'nobody-here'))
    expect(Date.now() - at).toBeLessThan(25_000)
    expect(errorOf(ended).remedy).toContain('reversibility worker --task-queue nobody-here')
    expect(ended.code).toBe(1)
  })

  test('a signing key that is not the pinned one: 2, and nothing is read', async () => {
    const rehearsing = rehearse('other-key', (plan) => {
      plan.delivery.signingKey = `file:${join(room.folder, 'other')}`
    })
    const ended = await endOf(rehearsing)
    expect(errorOf(ended).message).toMatch(/delivery\.publicKey/)
    expect(ended.code).toBe(2)
    const kept = await keysUnder(runPrefix(rehearsing.run))
    expect(kept.filter((key) => !/(plan\.yaml|status\.json|journal\/.*)$/.test(key))).toEqual([])
  })

  test('secrets that the worker does not have: 2, every field named at once', async () => {
    const ended = await endOf(
      rehearse('no-secret', (plan) => {
        plan.sources[0].config.url = 'env:NOT_SET_ANYWHERE'
        plan.delivery.signingKey = 'file:/nowhere/at/all'
      }),
    )
    expect(errorOf(ended).message).toMatch(/sources\S*config\.url.*NOT_SET_ANYWHERE/)
    expect(errorOf(ended).message).toMatch(/delivery\.signingKey.*\/nowhere\/at\/all/)
    expect(ended.code).toBe(2)
  })
})

describe('a source that does not let itself be read whole', () => {
  const outcomesOf = (ended: Ended) =>
    reportOf(ended).sources.map(({ sourceId, outcome }) => `${sourceId} ${outcome}`)

  test('out of reach: 1, a blocker, and the other source is done', async () => {
    const ended = await endOf(
      rehearse('absent', (plan) => {
        plan.sources[0].config.url = 'env:ABSENT_URL'
      }),
    )
    expect(ended.code, ended.output).toBe(1)
    expect(reportOf(ended).verdict).toBe('could-not-leave')
    expect(findingsOf(ended)).toEqual(['source-unreachable source:erp'])
    expect(outcomesOf(ended)).toEqual(['erp failed', 'partage restored'])
  })

  test('a wrong password: 4, a blocker, and the other source is done', async () => {
    const ended = await endOf(
      rehearse('wrong-password', (plan) => {
        plan.sources[0].config.url = 'env:WRONG_PASSWORD_URL'
      }),
    )
    expect(ended.code, ended.output).toBe(4)
    expect(findingsOf(ended)).toEqual(['access-denied source:erp'])
    expect(outcomesOf(ended)).toEqual(['erp failed', 'partage restored'])
  })

  /** With what it leaves kept, so that a package that looks whole would be seen. */
  async function partial(name: string): Promise<void> {
    const rehearsing = rehearse(
      name,
      (plan) => {
        plan.sources[0].config.url = 'env:READER_URL'
      },
      '--keep',
    )
    const ended = await endOf(rehearsing)
    expect(ended.code, ended.output).toBe(4)
    expect(findingsOf(ended)).toEqual(['partial-access source:erp'])
    const left = await keysUnder(`${runPrefix(rehearsing.run)}sources/erp/`)
    expect(left.filter((key) => /root\.json|\/bag\//.test(key))).toEqual([])
    expect(outcomesOf(ended)).toEqual(['erp failed', 'partage restored'])
    expect(await keysUnder(`${runPrefix(rehearsing.run)}sources/partage/`)).toContainEqual(
      expect.stringMatching(/root\.json$/),
    )
    execFileSync('rm', [
      '-rf',
      join(room.environment.ORME_RESTAURATION!, `rev_${rehearsing.run.runId.replaceAll('-', '_')}_partage`),
    ])
  }

  test('a schema without a grant: 4, and no package of a part', async () => {
    await partial('no-grant')
    await asSuperuser(
      `GRANT USAGE ON SCHEMA reserve TO ${reader}; GRANT SELECT ON reserve.salaire TO ${reader}`,
      database.name,
    )
  })

  test('row-level security that would hide rows: 4, and no package of a part', async () => {
    await asSuperuser(
      `ALTER TABLE public.client ENABLE ROW LEVEL SECURITY;
       CREATE POLICY moitie ON public.client TO ${reader} USING (id % 2 = 0)`,
      database.name,
    )
    await partial('hidden-rows')
  })
})

test('an S3 server whose disk is full: the run ends in bounded time, says so, and its copies are gone', async () => {
  const server = await startSmallS3(join(room.folder, 's3'), 30)
  const small = openRoom('full-disk', {
    ...room.environment,
    S3_ENDPOINT: server.endpoint,
    S3_BUCKET: server.bucket,
    BIG_TREE: join(room.folder, 'grand'),
  })
  try {
    mkdirSync(small.environment.BIG_TREE!)
    for (let file = 0; file < 12; file += 1) {
      writeFileSync(join(small.environment.BIG_TREE!, `${file}.bin`), randomBytes(6_000_000))
    }
    await small.startWorker()
    const plan = small.plan('full', (plan) => {
      withSmallSources(plan, { erp: 'env:SMALL_URL', partage: 'env:BIG_TREE' })
    })
    const at = Date.now()
    const rehearsing = small.rehearse(plan, '--accept-findings')
    const ended = await endOf(rehearsing)
    expect(ended.code, ended.output).toBe(1)
    expect(ended.output).toMatch(/no room left/)
    // The source was in reach: it is not blamed.
    expect(findingsOf(ended)).toContain('source-failed source:partage')
    expect(Date.now() - at).toBeLessThan(90_000)
    const left: string[] = []
    const sources = `${runPrefix(rehearsing.run)}sources/`
    for await (const { key } of small.store.listVersions(sources)) left.push(key)
    expect(left).toEqual([])
    expect(await small.store.abandonUploads(sources)).toBe(0)
  } finally {
    await small.close()
    await server.stop()
  }
}, 150_000)

test('no secret is in anything that any of these said', () => {
  const secrets = secretsOf({
    ...room.environment,
    ORME_OTHER_SECRET: readFileSync(join(room.folder, 'other'), 'utf8').split('\n')[3]!,
  })
  expect(secrets.has('password of WRONG_PASSWORD_URL')).toBe(true)
  expect(said.length).toBeGreaterThanOrEqual(10)
  for (const { output } of said) expect([secretsIn(output, secrets), output]).toEqual([[], output])
})
