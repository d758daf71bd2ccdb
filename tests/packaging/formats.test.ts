import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { entryBytes, type Fingerprint, fingerprintOf } from '../../contract/fingerprint.ts'
import { fingerprintVolume } from '../../packaging/formats/fingerprint-volume.ts'
import { readTar } from '../../packaging/formats/tar-reader.ts'
import { asSuperuser, createDatabase, dropDatabase } from '../support/postgres.ts'
import { once } from './fixture.ts'

async function* cut(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

/** The definition, written as plainly as possible. */
function digestOf(records: (string | Uint8Array)[]): Fingerprint {
  let sum = 0n
  for (const record of records) sum += createHash('sha256').update(record).digest().readBigUInt64BE()
  return fingerprintOf(records.length, sum)
}

/** record_out of PostgreSQL's rowtypes.c. */
function recordOut(fields: (string | null)[]): string {
  const text = fields.map((field) => {
    if (field === null) return ''
    if (field !== '' && !/["\\(), \t\n\r\v\f]/.test(field)) return field
    return `"${field.replace(/["\\]/g, '$&$&')}"`
  })
  return `(${text.join(',')})`
}

/** CopyAttributeOutCSV of PostgreSQL's copyto.c. */
function copyCsv(rows: (string | null)[][]): string {
  const line = (row: (string | null)[]) =>
    row.map((field) => {
      if (field === null) return ''
      const isAlone = row.length === 1 && field === '\\.'
      return field === '' || isAlone || /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field
    })
  return rows.map((row) => `${line(row).join(',')}\n`).join('')
}

const awkward = fc.constantFrom(
  'a',
  '0',
  '"',
  '\\',
  ',',
  '(',
  ')',
  ' ',
  '\n',
  '\r',
  '\t',
  '\v',
  '\f',
  'é',
  '\u00a0',
  '😀',
  '\\.',
  ';',
)
const field = fc.oneof(
  { weight: 1, arbitrary: fc.constant(null) },
  { weight: 5, arbitrary: fc.array(awkward, { maxLength: 8 }).map((parts) => parts.join('')) },
  {
    weight: 1,
    arbitrary: fc.string({ unit: 'grapheme', maxLength: 40 }).map((text) => text.replaceAll('\0', '')),
  },
)
const table = fc
  .integer({ min: 1, max: 6 })
  .chain((columns) =>
    fc.array(fc.array(field, { minLength: columns, maxLength: columns }), { minLength: 1, maxLength: 8 }),
  )

describe('csv', () => {
  test('gives what the definition says, however the bytes are cut', async () => {
    await fc.assert(
      fc.asyncProperty(table, fc.integer({ min: 1, max: 50 }), async ([header, ...rows], size) => {
        const names = header!.map((_, index) => `c${index}\n"é`.slice(0, 2 + (index % 4)))
        const csv = Buffer.from(copyCsv([names, ...rows]))
        expect(await fingerprintVolume('csv', cut(csv, size))).toEqual(digestOf(rows.map(recordOut)))
      }),
      { numRuns: 3000 },
    )
  })

  test('agrees with PostgreSQL itself, on its own COPY and by the statement of the specification', async () => {
    const specification = readFileSync('docs/package-format.md', 'utf8')
    const documentedSql = /```sql\n(.*?)\n```/s.exec(specification)![1]!
    const database = await createDatabase()
    try {
      await asSuperuser(
        `CREATE TABLE t ("Réf. ""client""" text, "on
two" int, b bytea, j jsonb, a text[], r int4range, f float8, at timestamptz, "  " char(5));
         INSERT INTO t
         SELECT CASE n % 7 WHEN 0 THEN NULL WHEN 1 THEN '' WHEN 2 THEN '\\.' WHEN 3 THEN E'a\\nb\\r\\tc' WHEN 4 THEN '"x", (y) \\'
                ELSE repeat('é,', n % 50) END,
                NULLIF(n, 5), decode(md5(n::text), 'hex'), jsonb_build_object('k', n, 'é', 'a "b"'), ARRAY[n::text, NULL, '', 'a b'],
                int4range(n, n + 3), n / 3.0, '2024-02-29 12:34:56.789012+00'::timestamptz + n * interval '1 hour', 'ab'
         FROM generate_series(1, 3000) n;
         CREATE TABLE none (); INSERT INTO none DEFAULT VALUES; INSERT INTO none DEFAULT VALUES;
         CREATE TABLE one (a text); INSERT INTO one VALUES (NULL), (''), ('\\.'), (' '), ('a');`,
        database.name,
      )
      for (const name of ['t', 'none', 'one']) {
        const copy = `COPY (SELECT ${name === 'none' ? '' : '*'} FROM ${name}) TO STDOUT (FORMAT csv, HEADER)`
        const csv = execFileSync('psql', ['-X', '-q', '-d', database.url, '-c', copy], { maxBuffer: 1e8 })
        const { rows } = await asSuperuser(documentedSql.replace('public.client', name), database.name)
        const expected = fingerprintOf(Number(rows[0].count), BigInt(rows[0].sum))
        expect({ name, ...(await fingerprintVolume('csv', once(csv))) }).toEqual({ name, ...expected })
      }
    } finally {
      await dropDatabase(database.name)
    }
  })

  test('quotes that PostgreSQL would not write make no difference', async () => {
    const quoted = await fingerprintVolume('csv', once('"a","b"\n"1","x y"\n"","2"\n'))
    expect(quoted).toEqual(digestOf(['(1,"x y")', '("",2)']))
  })

  test('fields of many megabytes are read in flat memory', async () => {
    const huge = 12 * 1024 * 1024
    const shapes: [string, string, string][] = [
      ['x', '', ''],
      ['a b', '', ''],
      ['a,', '"', '"'],
      ['\\x00', '', ''],
    ]
    for (const [unit, before, after] of shapes) {
      const value = unit.repeat(huge / unit.length)
      const csv = Buffer.from(`a,b,c\n1,${before}${value}${after},z\n2,,y\n`)
      const expected = digestOf([recordOut(['1', value, 'z']), recordOut(['2', null, 'y'])])
      expect(await fingerprintVolume('csv', cut(csv, 300_000))).toEqual(expected)
    }
  })

  test.each([
    ['cut in a line', 'a,b\n1,2\n3'],
    ['cut after a comma', 'a,b\n1,2\n3,'],
    ['cut in quotes', 'a,b\n1,"2\n'],
    ['cut after a closing quote', 'a,b\n1,"2"'],
    ['too few fields', 'a,b\n1\n'],
    ['too many fields', 'a,b\n1,2,3\n'],
    ['a quote inside', 'a,b\n1,x"y"\n'],
    ['something after a quote', 'a,b\n1,"x"y\n'],
    ['empty', ''],
  ])('%s is refused', async (_, csv) => {
    await expect(fingerprintVolume('csv', cut(Buffer.from(csv), 2))).rejects.toMatchObject({
      type: 'integrity-mismatch',
    })
  })
})

describe('jsonl', () => {
  test('a record is the bytes of a line', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll('\n', ''))),
        fc.integer({ min: 1, max: 20 }),
        async (lines, size) => {
          const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''))
          expect(await fingerprintVolume('jsonl', cut(bytes, size))).toEqual(digestOf(lines))
        },
      ),
    )
  })

  test('a last line without end is refused', async () => {
    await expect(fingerprintVolume('jsonl', once('{}\n{}'))).rejects.toMatchObject({
      type: 'integrity-mismatch',
    })
  })
})

describe('tar', () => {
  let folder: string
  const raw = Buffer.concat([Buffer.from('latin1-'), Buffer.from([0xe9, 0xff]), Buffer.from('.txt')])
  const long = `${'dossier-long-'.repeat(15)}/${'nom-très-long-'.repeat(10)}.txt`

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tar-'))
    const tree = join(folder, 'tree')
    mkdirSync(join(tree, 'dossier-long-'.repeat(15)), { recursive: true })
    mkdirSync(join(tree, 'vide'))
    writeFileSync(join(tree, 'a.txt'), 'contenu')
    writeFileSync(Buffer.concat([Buffer.from(`${tree}/`), raw]), 'octets')
    writeFileSync(join(tree, long), 'x'.repeat(100_000))
    symlinkSync('../ailleurs é', join(tree, 'lien'))
    linkSync(join(tree, 'a.txt'), join(tree, 'second.txt'))
    chmodSync(join(tree, 'a.txt'), 0o4751)
    // Node takes a negative time for the present.
    execFileSync('touch', ['-d', '@-1.25', join(tree, long)])
    utimesSync(join(tree, 'a.txt'), 1_700_000_000.5, 1_700_000_000.999)
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test.each(['pax', 'gnu'])(
    '%s archives of system tar: raw names, long names, links, modes, times',
    async (format) => {
      const archive = join(folder, `${format}.tar`)
      execFileSync('tar', [
        `--format=${format}`,
        '--sort=name',
        '-cf',
        archive,
        '-C',
        join(folder, 'tree'),
        '.',
      ])
      const bytes = readFileSync(archive)
      const seen = new Map<
        string,
        { type: string; mode: number; target: string; seconds: number; size: number }
      >()
      for await (const entry of readTar(cut(bytes, 700))) {
        seen.set(entry.path.toString('latin1'), {
          type: entry.type,
          mode: entry.mode,
          target: entry.target.toString(),
          seconds: entry.mtime.seconds,
          size: entry.size,
        })
      }
      const latin1 = (text: string) => Buffer.from(text).toString('latin1')
      expect(seen.get(`./${raw.toString('latin1')}`)).toMatchObject({ type: 'file', size: 6 })
      expect(seen.get(latin1(`./${long}`))).toMatchObject({ type: 'file', size: 100_000, seconds: -2 })
      expect(seen.get('./a.txt')).toMatchObject({ type: 'file', mode: 0o4751, seconds: 1_700_000_000 })
      expect(seen.get('./second.txt')).toMatchObject({ type: 'link', target: './a.txt' })
      expect(seen.get('./lien')).toMatchObject({ type: 'symlink', target: '../ailleurs é' })
      expect(seen.get('./vide/')).toMatchObject({ type: 'directory' })
    },
  )

  test('the fingerprint is that of the entries, and skips nothing', async () => {
    const archive = join(folder, 'small.tar')
    const tree = join(folder, 'tree')
    execFileSync('tar', [
      '--format=pax',
      '-cf',
      archive,
      '-C',
      tree,
      './vide',
      './a.txt',
      './second.txt',
      './lien',
    ])
    const record = (entry: Partial<Parameters<typeof entryBytes>[0]>) =>
      entryBytes({ type: 'file', path: Buffer.from(''), mode: 0, mtimeSeconds: 0, detail: '', ...entry })
    const lien = Math.floor(
      Number(execFileSync('stat', ['-c', '%Y', join(tree, 'lien')], { encoding: 'utf8' })),
    )
    const expected = digestOf([
      record({ type: 'directory', path: Buffer.from('vide'), mode: 0o755 }),
      record({
        path: Buffer.from('a.txt'),
        mode: 0o4751,
        mtimeSeconds: 1_700_000_000,
        detail: createHash('sha256').update('contenu').digest('hex'),
      }),
      record({ type: 'hardlink', path: Buffer.from('second.txt'), detail: Buffer.from('a.txt') }),
      record({
        type: 'symlink',
        path: Buffer.from('lien'),
        mtimeSeconds: lien,
        detail: Buffer.from('../ailleurs é'),
      }),
    ])
    expect(await fingerprintVolume('tar', cut(readFileSync(archive), 100))).toEqual(expected)
  })

  test('every archive cut short, and every altered header, is refused', async () => {
    const bytes = readFileSync(join(folder, 'small.tar'))
    const lastContent = bytes.findLastIndex((byte) => byte !== 0)
    for (let length = 0; length < lastContent; length += 97) {
      await expect(fingerprintVolume('tar', once(bytes.subarray(0, length)))).rejects.toMatchObject({
        type: 'integrity-mismatch',
      })
    }
    const altered = Buffer.from(bytes)
    altered[1]! ^= 1
    await expect(fingerprintVolume('tar', once(altered))).rejects.toThrow(/checksum/)
  })
})
