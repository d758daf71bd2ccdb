import { execFileSync, spawnSync } from 'node:child_process'
import {
  chmodSync,
  createWriteStream,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { GetObjectCommand, paginateListObjectsV2 } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type RunRef, sourcePrefix } from '../../contract/layout.ts'
import type { RunReport } from '../../contract/report.ts'
import { testS3Client } from '../support/bucket.ts'
import { jsonLines } from '../support/cli.ts'
import { exampleFolder, exampleSources } from '../support/example.ts'
import { ageTools } from '../support/go-tools.ts'
import { databaseUrl, dropDatabase } from '../support/postgres.ts'
import { pythonTools } from '../support/python-tools.ts'
import { examplePlan, openRoom, type Room, reportOf } from '../support/run-room.ts'
import { secretsIn, secretsOf } from '../support/secrets.ts'

const sources = ['erp', 'partage'] as const
type Source = (typeof sources)[number]

let room: Room
let run: RunRef
let report: RunReport
/** Made from the run id: no other test has it. */
let suffix: string
const databases: string[] = []
const clientKey = join(exampleFolder, 'keys', 'client.agekey')

const packageOf = (source: Source) => join(room.folder, 'packages', source)
const addressOf = (source: Source) =>
  `s3://${room.environment.S3_BUCKET}/${sourcePrefix(run, source)}epoch-0001/`

beforeAll(async () => {
  room = openRoom('package', (await exampleSources()).environment)
  const worker = await room.startWorker()
  const rehearsing = room.rehearse(examplePlan, '--keep')
  run = rehearsing.run
  suffix = run.runId.replaceAll('-', '_')
  databases.push(`rev_${suffix}_erp`)
  const ended = await rehearsing.ended
  // With reserves, and nobody said that these are accepted.
  expect(ended.code, ended.stderr).toBe(3)
  report = reportOf(ended)
  worker.kill('SIGTERM')
  await worker.ended
  for (const source of sources) await download(source)
}, 180_000)

afterAll(async () => {
  for (const database of databases) await dropDatabase(database)
  if (room) execFileSync('rm', ['-rf', join(room.environment.ORME_RESTAURATION!, `rev_${suffix}_partage`)])
  await room?.close()
})

/** As a client would: a listing and plain GETs. Its pinned key and its identity lie beside, as RESTORE.md asks. */
async function download(source: Source): Promise<void> {
  const client = testS3Client()
  const Bucket = room.environment.S3_BUCKET!
  const Prefix = `${sourcePrefix(run, source)}epoch-0001/`
  try {
    for await (const page of paginateListObjectsV2({ client }, { Bucket, Prefix })) {
      for (const { Key } of page.Contents ?? []) {
        const path = join(packageOf(source), Key!.slice(Prefix.length))
        mkdirSync(dirname(path), { recursive: true })
        const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }))
        await pipeline(Body as Readable, createWriteStream(path))
      }
    }
  } finally {
    client.destroy()
  }
  writeFileSync(
    join(packageOf(source), 'allowed_signers'),
    `prestataire ${room.environment.ORME_PUBLIC_KEY}\n`,
  )
  writeFileSync(join(packageOf(source), 'key.txt'), readFileSync(clientKey))
}

/** The blocks of RESTORE.md by name, as they stand. */
function blocksOf(source: Source): Map<string, string> {
  const guide = readFileSync(join(packageOf(source), 'bag', 'RESTORE.md'), 'utf8')
  return new Map([...guide.matchAll(/^```sh (\w+)\n(.*?)^```$/gms)].map((match) => [match[1]!, match[2]!]))
}

/** A stranger's shell, in the folder of a package. None of this project's programs are on its path. */
function shell(source: Source, commands: string, environment: Record<string, string> = {}): string {
  const path = [pythonTools(), ageTools(), '/usr/local/bin', '/usr/bin', '/bin'].join(':')
  const result = spawnSync('dash', ['-e', '-c', commands], {
    cwd: packageOf(source),
    encoding: 'utf8',
    env: { PATH: path, HOME: room.folder, LANG: 'C.UTF-8', ...environment },
    maxBuffer: 256 * 1024 * 1024,
  })
  if (result.status !== 0)
    throw new Error(`${commands}\n${result.stdout.slice(-4000)}\n${result.stderr.slice(-4000)}`)
  return result.stdout
}

describe.each(sources)('the package of %s, in the hands of a stranger', (source) => {
  test('is a bag for bagit.py and sha256sum, and is signed for ssh-keygen', () => {
    shell(source, 'python "$(command -v bagit.py)" --validate --quiet bag')
    shell(source, 'cd bag && sha256sum --quiet -c tagmanifest-sha256.txt manifest-sha256.txt')
    const said = shell(
      source,
      'ssh-keygen -Y verify -f allowed_signers -I prestataire -n reversibility-package@v1 -s root.json.sig < root.json',
    )
    expect(said).toMatch(/Good "reversibility-package@v1" signature for prestataire/)
    const hash = shell(source, 'sha256sum < root.json').slice(0, 64)
    expect(hash).toBe(report.sources.find(({ sourceId }) => sourceId === source)!.rootSha256)
  })

  test('passes its own verify.sh, as RESTORE.md says', () => {
    expect(shell(source, blocksOf(source).get('verify')!)).toMatch(/^VERIFIED/)
  })

  test('is verified alike in a folder and in the bucket, decrypted with the client’s identity alone', async () => {
    const summaries = []
    for (const where of [packageOf(source), addressOf(source)]) {
      const options = ['--key', room.environment.ORME_PUBLIC_KEY!, '--identity', clientKey, '--json']
      const verified = await room.run('verify', where, ...options)
      expect([where, verified.code, verified.stderr]).toEqual([where, 0, ''])
      summaries.push(jsonLines(verified.stdout).at(-1))
    }
    expect(summaries[0]).toMatchObject({ type: 'summary', valid: true, contentsRead: true })
    // The folder has the pinned key and the identity beside the package.
    expect(summaries[0]!.filesBeside).toBe(2)
    expect({ ...summaries[1], filesBeside: 2 }).toEqual(summaries[0])
  })

  test('opens for age with the client’s identity, and holds none of our secrets', () => {
    shell(source, blocksOf(source).get('decrypt')!)
    const secrets = secretsOf(room.environment)
    let volumes = 0
    for (const entry of readdirSync(join(packageOf(source), 'open'), { recursive: true, encoding: 'utf8' })) {
      const path = join(packageOf(source), 'open', entry)
      if (!lstatSync(path).isFile()) continue
      volumes += 1
      const bytes = entry.endsWith('.zst')
        ? execFileSync('zstd', ['-dqc', path], { maxBuffer: 2 ** 30 })
        : readFileSync(path)
      expect([entry, secretsIn(bytes, secrets)]).toEqual([entry, []])
    }
    expect(volumes).toBeGreaterThan(1)
  })
})

describe('the package of the database, restored by RESTORE.md alone', () => {
  test('its tables validate with frictionless', () => {
    expect(shell('erp', blocksOf('erp').get('tables')!)).not.toMatch(/INVALID/)
  })

  test('with psql and zstd into a fresh database, which pg_dump then tells apart in nothing', () => {
    const name = `guide_${suffix}`
    databases.push(name)
    const { hostname, port, username, password } = new URL(databaseUrl('postgres'))
    const server = {
      PGHOST: hostname,
      PGPORT: port,
      PGUSER: username,
      PGPASSWORD: decodeURIComponent(password),
    }
    shell(
      'erp',
      blocksOf('erp')
        .get('database')!
        .replace(/\brestored\b/g, name),
      server,
    )
    const dump = (database: string, what: 'schema' | 'data', then: string) =>
      shell(
        'erp',
        `pg_dump --${what}-only ${database} | sed '/^\\\\\\(un\\)\\{0,1\\}restrict /d' ${then} > ${database}.${what}`,
        server,
      )
    for (const database of ['orme_erp', name]) {
      dump(database, 'schema', '')
      // Where the server puts a row among others is its own affair.
      dump(database, 'data', '| LC_ALL=C sort')
    }
    for (const what of ['schema', 'data']) {
      const compared = `diff orme_erp.${what} ${name}.${what} > difference.${what} || head -n 40 difference.${what}`
      expect(shell('erp', compared)).toBe('')
    }
    expect(lstatSync(join(packageOf('erp'), `${name}.data`)).size).toBeGreaterThan(20_000_000)
  })
})

test('the package of the share, unpacked by RESTORE.md alone, is the share but for its socket', () => {
  shell('partage', blocksOf('partage').get('tree')!)
  const share = room.environment.ORME_PARTAGE!
  const restored = join(packageOf('partage'), 'restored')
  const { stdout, status } = spawnSync('diff', ['-r', '--no-dereference', share, restored], {
    encoding: 'utf8',
  })
  expect(stdout.trim().split('\n')).toEqual([
    expect.stringMatching(/^Only in .*Ateliers\/Supervision: agent\.sock$/),
  ])
  expect(status).toBe(1)
  const entries = (root: string) =>
    execFileSync('find', ['.', '-mindepth', '1', '!', '-type', 's', '-printf', '%P %y %m %T@ %U %G %l\\0'], {
      cwd: root,
      encoding: 'latin1',
      maxBuffer: 64 * 1024 * 1024,
    })
      .split('\0')
      .toSorted()
  expect(entries(restored)).toEqual(entries(share))
})

describe('reversibility restore', () => {
  const options = () => ['--key', room.environment.ORME_PUBLIC_KEY!, '--identity', clientKey, '--json']

  test('makes the database again from the bucket, and counts it equal', async () => {
    databases.push(`rev_again_${suffix}`)
    const restored = await room.run(
      ...['restore', addressOf('erp'), '--into', 'env:ORME_SCRATCH_URL', '--name', `again_${suffix}`],
      ...options(),
    )
    expect(restored.code, restored.output.slice(-2000)).toBe(0)
    const last = jsonLines<{ datasets: number; differing: string[] }>(restored.stdout).at(-1)!
    expect(last.differing).toEqual([])
    expect(last.datasets).toBeGreaterThanOrEqual(55)
  })

  test('makes the share again from a folder, and counts it equal', async () => {
    const into = join(room.folder, 'again')
    mkdirSync(into)
    const restored = await room.run('restore', packageOf('partage'), '--into', into, ...options())
    expect(restored.code, restored.output.slice(-2000)).toBe(0)
    expect(jsonLines(restored.stdout).at(-1)).toMatchObject({ datasets: 1, differing: [] })
    expect(existsSync(join(into, 'rev_restored', 'tree', 'Documentation'))).toBe(true)
  })
})

describe('a package that was altered', () => {
  const objectAt = (path: string) => {
    const root = new URL('../../.stack/tests/.stack/s3/objects/', import.meta.url).pathname
    return join(root, room.environment.S3_BUCKET!, `${sourcePrefix(run, 'partage')}epoch-0001/`, path)
  }
  const volume = () => {
    const inventory = readFileSync(join(packageOf('partage'), 'bag', 'manifest-sha256.txt'), 'utf8')
    return inventory
      .split('\n')
      .map((line) => line.slice(66))
      .find((path) => path.endsWith('.tar.zst.age'))!
  }

  /** Flips one bit where the S3 server keeps its bytes, behind its back, for as long as a test takes. */
  async function flipped(path: string, check: () => Promise<void>): Promise<void> {
    const file = objectAt(path)
    const before = readFileSync(file)
    const after = Buffer.from(before)
    after[Math.floor(after.length / 2)]! ^= 1
    chmodSync(file, 0o600)
    // In place: the server's own notes about the object are attributes of this file.
    writeFileSync(file, after, { flag: 'r+' })
    try {
      await check()
    } finally {
      writeFileSync(file, before, { flag: 'r+' })
    }
  }

  test('in one bit of a volume on the disk of the server is refused by verify and by restore, which name it', async () => {
    const path = `bag/${volume()}`
    const into = join(room.folder, 'never')
    mkdirSync(into)
    await flipped(path, async () => {
      const key = ['--key', room.environment.ORME_PUBLIC_KEY!]
      const verified = await room.run('verify', addressOf('partage'), ...key)
      expect(verified.output).toContain(volume())
      expect(verified.code, verified.output).toBe(6)
      const restored = await room.run(
        ...['restore', addressOf('partage'), '--into', into, ...key, '--identity', clientKey],
      )
      expect(restored.output).toContain(volume())
      expect(restored.code, restored.output).toBe(6)
      expect(readdirSync(into)).toEqual([])
    })
    const verified = await room.run(
      'verify',
      addressOf('partage'),
      '--key',
      room.environment.ORME_PUBLIC_KEY!,
    )
    expect(verified.code, verified.output).toBe(0)
  })

  test('in its manifest is refused, which names it', async () => {
    await flipped('bag/manifest-sha256.txt', async () => {
      const key = ['--key', room.environment.ORME_PUBLIC_KEY!]
      const verified = await room.run('verify', addressOf('partage'), ...key)
      expect(verified.output).toContain('manifest-sha256.txt')
      expect(verified.code, verified.output).toBe(6)
    })
  })
})
