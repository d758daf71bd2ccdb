import { execFileSync, spawnSync } from 'node:child_process'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { folderSink } from '../../packaging/folder.ts'
import { ageTools } from '../support/go-tools.ts'
import { asSuperuser, createDatabase, dropDatabase } from '../support/postgres.ts'
import { pythonTools } from '../support/python-tools.ts'
import { type FixtureDataset, makePackage, sampleDatasets, signingKey } from './fixture.ts'

let folder: string
let key: string
let recipient: string
let tar: Buffer

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'guide-'))
  key = join(folder, 'key.txt')
  const keygen = join(ageTools(), 'age-keygen')
  execFileSync(keygen, ['-o', key], { stdio: 'pipe' })
  recipient = execFileSync(keygen, ['-y', key], { encoding: 'utf8' }).trim()
  const tree = join(folder, 'tree')
  mkdirSync(join(tree, 'Dossier d’exploitation'), { recursive: true })
  writeFileSync(join(tree, 'Dossier d’exploitation', 'README.md'), 'contenu')
  symlinkSync('README.md', join(tree, 'Dossier d’exploitation', 'lien'))
  tar = execFileSync('tar', ['--format=pax', '-cf', '-', '-C', tree, '.'], { maxBuffer: 1e7 })
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** The blocks of RESTORE.md by name, as they stand. */
function blocksOf(epoch: string): Map<string, string> {
  const guide = readFileSync(join(epoch, 'bag', 'RESTORE.md'), 'utf8')
  return new Map([...guide.matchAll(/^```sh (\w+)\n(.*?)^```$/gms)].map((match) => [match[1]!, match[2]!]))
}

function run(epoch: string, commands: string, env: Record<string, string> = {}): string {
  const path = [pythonTools(), ageTools(), process.env.PATH].join(':')
  const result = spawnSync('dash', ['-e', '-c', commands], {
    cwd: epoch,
    encoding: 'utf8',
    env: { ...process.env, PATH: path, ...env },
  })
  if (result.status !== 0) throw new Error(`${commands}\n${result.stdout}\n${result.stderr}`)
  return result.stdout
}

async function packageOf(
  name: string,
  datasets: readonly FixtureDataset[],
  options: { encrypted: boolean; language: 'fr' | 'en' },
) {
  const epoch = join(folder, name)
  await makePackage(folderSink(epoch), datasets, {
    recipients: options.encrypted ? [recipient] : [],
    language: options.language,
  })
  writeFileSync(join(epoch, 'allowed_signers'), `provider ${signingKey.publicKeyLine}\n`)
  if (options.encrypted) writeFileSync(join(epoch, 'key.txt'), readFileSync(key))
  return epoch
}

describe.each([
  { encrypted: false, language: 'fr' as const },
  { encrypted: true, language: 'en' as const },
])('RESTORE.md, %o', (options) => {
  const label = options.encrypted ? 'encrypted' : 'open'

  test('verifies, decrypts, and the tables then validate with frictionless', async () => {
    const epoch = await packageOf(`tables-${label}`, sampleDatasets, options)
    const blocks = blocksOf(epoch)
    expect([...blocks.keys()]).toEqual([
      'verify',
      ...(options.encrypted ? ['decrypt'] : []),
      'tables',
      'lines',
    ])
    const outputs = [...blocks.values()].map((commands) => run(epoch, commands))
    expect(outputs[0]).toMatch(/^VERIFIED/)
    expect(outputs.at(-2)).toMatch(/tables-public\.client/)
    expect(outputs.at(-2)).not.toMatch(/INVALID/)
    expect(outputs.at(-1)).toBe('{"path":"é"}\n{"path":"b"}\n')
    // Restoring leaves the package as it was.
    expect(run(epoch, blocks.get('verify')!)).toMatch(/^VERIFIED/)
  })

  test('restores a tree', async () => {
    const parts = [{ path: 'tree/part-00000.tar', text: tar }]
    const epoch = await packageOf(
      `tree-${label}`,
      [{ dataset: { id: '/', format: 'tar', kind: 'tree' }, parts }],
      options,
    )
    for (const commands of blocksOf(epoch).values()) run(epoch, commands)
    const restored = join(epoch, 'restored', 'Dossier d’exploitation')
    expect(readdirSync(restored).toSorted()).toEqual(['README.md', 'lien'])
    expect(readFileSync(join(restored, 'lien'), 'utf8')).toBe('contenu')
  })

  test('restores a database through its own script', async () => {
    const table = sampleDatasets.find(({ dataset }) => dataset.id === 'public.client')!
    const script = [
      'set -eu',
      'export PGDATABASE="$1"',
      'cd "$(dirname "$0")/.."',
      'psql -X -q -v ON_ERROR_STOP=1 -f schema/pre-data.sql',
      'for part in tables/public.client/*.zst; do',
      '  zstd -dqc "$part" | psql -X -q -v ON_ERROR_STOP=1 -c "COPY client FROM STDIN (FORMAT csv, HEADER)"',
      'done',
    ]
    const load: FixtureDataset = {
      dataset: { id: 'load', format: 'sh', kind: 'script', slug: 'schema/load.sh' },
      parts: [{ path: 'schema/load.sh', text: `${script.join('\n')}\n`, compress: false }],
    }
    const epoch = await packageOf(`database-${label}`, [sampleDatasets[0]!, table, load], options)
    const database = await createDatabase()
    try {
      const { hostname, port, username, password } = new URL(database.url)
      const env = {
        PGHOST: hostname,
        PGPORT: port,
        PGUSER: username,
        PGPASSWORD: decodeURIComponent(password),
      }
      for (const [name, commands] of blocksOf(epoch)) {
        if (name !== 'tables') run(epoch, commands.replace(/\brestored\b/g, `${database.name}_r`), env)
      }
      const { rows } = await asSuperuser('SELECT id, nom FROM client ORDER BY id', `${database.name}_r`)
      expect(rows).toEqual([
        { id: 1, nom: 'O"Neil, Zoé' },
        { id: 2, nom: null },
        { id: 3, nom: 'deux\nlignes' },
        { id: 4, nom: '' },
      ])
    } finally {
      await dropDatabase(`${database.name}_r`)
      await dropDatabase(database.name)
    }
  })
})

describe('frictionless', () => {
  const tableOf = (name: string, fields: string[], parts: string[]): FixtureDataset => ({
    dataset: { id: name, format: 'csv', slug: `tables/${name}` },
    description: { tableSchema: { fields: fields.map((field) => ({ name: field, type: 'integer' })) } },
    parts: parts.map((text, index) => ({ path: `tables/${name}/part-0000${index}.csv`, text })),
  })

  test('reads every part of a table: a bad value in the last one is found', async () => {
    const epoch = await packageOf('bad', [tableOf('t', ['a'], ['a\n1\n', 'a\n2\n', 'a\nbad\n'])], {
      encrypted: false,
      language: 'en',
    })
    expect(() => run(epoch, blocksOf(epoch).get('tables')!)).toThrow(/type-error|INVALID/)
  })

  test('reads tables of several parts whose header takes several lines, and names of every kind', async () => {
    const header = '"a\nb",c\n'
    const epoch = await packageOf(
      'headers',
      [
        tableOf('public.Réf client', ['a\nb', 'c'], [`${header}1,2\n`, `${header}3,4\n`]),
        tableOf('PUBLIC.réf client', ['c'], ['c\n1\n']),
      ].map((dataset, index) => ({
        ...dataset,
        dataset: { ...dataset.dataset, slug: index === 0 ? 'tables/T' : 'tables/t' },
        parts: dataset.parts.map((part, number) => ({
          ...part,
          path: `tables/x${index}/part-0000${number}.csv`,
        })),
      })),
      { encrypted: false, language: 'en' },
    )
    expect(run(epoch, blocksOf(epoch).get('tables')!)).not.toMatch(/INVALID/)
  })
})
