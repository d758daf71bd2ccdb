import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addressOf, parseUrl, postgresqlConfig } from '../../connectors/postgresql/config.ts'
import { copyFrom } from '../../connectors/postgresql/load-script.ts'
import { idOfTable, quoteShell, slugOfTable, tableOfId } from '../../connectors/postgresql/names.ts'
import { strike } from '../../connectors/postgresql/read-dump.ts'
import { settingClause } from '../../connectors/postgresql/roles.ts'
import { scratchName } from '../../connectors/postgresql/scratch-database.ts'
import { selectionOf } from '../../connectors/postgresql/selection.ts'
import { formatToken, openedAtOf, parseToken } from '../../connectors/postgresql/token.ts'

const identifier = fc.oneof(
  fc.string({ minLength: 1, maxLength: 20, unit: 'binary' }).filter((text) => !text.includes('\0')),
  fc.string({
    minLength: 1,
    maxLength: 4,
    unit: fc.constantFrom('a', 'A', '.', '"', "'", ' ', '\n', 'é', '-', '_', '/'),
  }),
)
const table = fc.record({ schema: identifier, name: identifier })

describe('names of tables', () => {
  test('come back from their ids, and no two tables share one', () => {
    fc.assert(
      fc.property(table, table, (one, two) => {
        expect(tableOfId(idOfTable(one))).toEqual(one)
        if (one.schema !== two.schema || one.name !== two.name)
          expect(idOfTable(one)).not.toBe(idOfTable(two))
      }),
      { numRuns: 2_000 },
    )
  })

  test('become folders of safe characters, that differ without regard to case', () => {
    fc.assert(
      fc.property(table, table, (one, two) => {
        expect(slugOfTable(one)).toMatch(/^tables\/[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?$/)
        expect(slugOfTable(one)).not.toContain('..')
        if (idOfTable(one) !== idOfTable(two)) {
          expect(slugOfTable(one).toLowerCase()).not.toBe(slugOfTable(two).toLowerCase())
        }
      }),
      { numRuns: 2_000 },
    )
    expect(slugOfTable({ schema: 'public', name: 'client' })).toBe('tables/public.client')
    expect(slugOfTable({ schema: 'public', name: 'CLIENT' })).toMatch(/^tables\/public\.client-[0-9a-f]{8}$/)
    expect(slugOfTable({ schema: '..', name: '/' })).toMatch(/^tables\/table-[0-9a-f]{8}$/)
  })

  test('are all matched by the glob that means everything', () => {
    const all = selectionOf({ include: ['**'], exclude: [] })
    fc.assert(
      fc.property(table, (one) => {
        expect(all.includes(idOfTable(one))).toBe(true)
      }),
      { numRuns: 2_000 },
    )
    const some = selectionOf({ include: ['compta.*'], exclude: ['*.secret'] })
    expect(some.includes('compta.ecritures')).toBe(true)
    expect(some.includes('compta.secret')).toBe(false)
    expect(some.includes('public.compta')).toBe(false)
  })

  test('cannot leave their quotes in SQL or in a shell', () => {
    expect(copyFrom({ schema: 'a"b', name: "c'd" }, ['e"f'])).toBe(
      `COPY "a""b"."c'd" ("e""f") FROM STDIN (FORMAT csv, HEADER)`,
    )
    expect(copyFrom({ schema: 'a', name: 'b' }, [])).toBe('COPY "a"."b" FROM STDIN (FORMAT csv, HEADER)')
    expect(quoteShell(`$(x) 'y' \`z\``)).toBe(`'$(x) '\\''y'\\'' \`z\`'`)
  })
})

describe('addresses', () => {
  test('are read as libpq reads them', () => {
    expect(parseUrl('postgresql://u%40x:p%2Fw@[::1]:6543/my%20db?sslmode=verify-full', 'env:X')).toEqual({
      host: '::1',
      port: 6543,
      database: 'my db',
      user: 'u@x',
      password: 'p/w',
      sslMode: 'verify-full',
      sslRootCertificate: undefined,
    })
    expect(parseUrl('postgres:///erp?host=/run/postgresql&user=me', 'env:X')).toMatchObject({
      host: '/run/postgresql',
      user: 'me',
      password: undefined,
    })
  })

  test.each([
    ['mysql://u:secret@h/db', 'is not a postgresql:// URL'],
    ['postgresql://u:secret@h/', 'names no database'],
    ['postgresql://h/db', 'names no user'],
    ['postgresql://u:secret@h/db?sslmode=maybe', 'sslmode'],
    ['postgresql://u:secret@h/db?options=-c', '"options"'],
    ['postgresql://u:secret@h1,h2/db', 'several hosts'],
    ['postgresql://u:secret@h:99999/db', 'cannot be read'],
  ])('%s is refused, without showing it', (url, why) => {
    expect(() => parseUrl(url, 'env:X')).toThrow(
      expect.objectContaining({
        type: 'invalid-input',
        message: expect.stringContaining(why),
        subject: 'env:X',
      }),
    )
    expect(() => parseUrl(url, 'env:X')).not.toThrow(/secret/)
  })

  test('hold no credentials when they are shown', () => {
    expect(addressOf({ host: 'db.example', port: 5432 }, 'é r')).toBe(
      'postgresql://db.example:5432/%C3%A9%20r',
    )
    expect(addressOf({ host: '::1', port: 5432 }, 'erp')).toBe('postgresql://[::1]:5432/erp')
  })

  test('in a plan hold references, never secrets', () => {
    const accepts = (value: unknown) => postgresqlConfig.safeParse(value).success
    expect(accepts({ url: 'env:ERP_URL' })).toBe(true)
    expect(accepts({ url: 'postgresql://u:p@h/db' })).toBe(false)
    expect(accepts({ host: 'h', database: 'd', user: 'u', password: 'file:/run/secrets/p' })).toBe(true)
    expect(accepts({ host: 'h', database: 'd', user: 'u', password: 'hunter2' })).toBe(false)
    expect(accepts({ url: 'env:ERP_URL', host: 'h' })).toBe(false)
    expect(accepts({ host: 'h', database: 'd', user: 'u', sslmode: 'maybe' })).toBe(false)
  })
})

describe('small words', () => {
  const token = {
    systemIdentifier: '7711066664979111334',
    databaseOid: 16384,
    snapshot: '00000004-0000001B-1',
    holderPid: 4242,
    startedMicroseconds: 1_764_000_000_000_007n,
    nonce: '0123456789abcdef0123456789abcdef',
  }

  test('a token comes back, and tells the instant to the microsecond', () => {
    expect(parseToken(formatToken(token))).toEqual(token)
    expect(openedAtOf(token)).toBe('2025-11-24T16:00:00.000007Z')
    expect(() => parseToken("pg1:1:1:'; DROP TABLE x;--:1:1:0")).toThrow(
      expect.objectContaining({ type: 'epoch-lost' }),
    )
  })

  test('a scratch name stays within what PostgreSQL keeps, and apart from its likes', () => {
    expect(scratchName('run_1_erp')).toBe('rev_run_1_erp')
    const long = (end: string) => scratchName(`${'x'.repeat(80)}${end}`)
    expect(Buffer.byteLength(long('a'))).toBeLessThanOrEqual(63)
    expect(long('a')).not.toBe(long('b'))
  })

  test('a setting that is a list is not quoted again', () => {
    expect(settingClause('search_path="$user", public')).toBe('"search_path" TO "$user", public')
    expect(settingClause("app.x=a'b=c")).toBe(`"app"."x" TO 'a''b=c'`)
    expect(settingClause('search_path=')).toBe(`"search_path" TO ''`)
  })

  test('struck keys leave the list of an archive, with their comments and nothing else', () => {
    const contents = [
      '; Archive',
      '10; 2606 100 FK CONSTRAINT public a a_fkey owner',
      '11; 2606 101 FK CONSTRAINT public b b_fkey owner',
      '12; 2606 102 CONSTRAINT public a a_pkey owner',
      '13; 0 0 COMMENT public CONSTRAINT a_fkey ON a owner',
      '14; 0 0 COMMENT public CONSTRAINT b_fkey ON b owner',
    ]
    const excluded = [{ oid: 100, tableId: 'public.a', name: 'a_fkey', targetId: 'public.c' }]
    expect(strike(contents.join('\n'), excluded).split('\n')).toEqual(
      [0, 2, 3, 5].map((index) => contents[index]),
    )
  })
})
