import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { ReversibilityError } from '../../contract/errors.ts'

export interface DatabaseNames {
  erp: string
  /** On the same server and nowhere in the plan. */
  forgotten: string
}

export const databaseNames: DatabaseNames = { erp: 'orme_erp', forgotten: 'orme_archives_2019' }

const scripts = join(import.meta.dirname, 'database')

export interface DatabaseRequest {
  /** `postgresql://` URL of a superuser. */
  serverUrl: string
  seed: number
  readerPassword: string
  rehearsalPassword: string
  onMessage(message: string): void
  /** Those of the example when absent; plain lower-case identifiers. */
  names?: DatabaseNames
}

/** Makes the roles and both databases, unless the server holds those of this seed and these scripts already. */
export async function writeDatabases(request: DatabaseRequest): Promise<{ made: boolean }> {
  const { serverUrl, seed, onMessage, names: { erp, forgotten } = databaseNames } = request
  const mark = `Exemple fictif Orme, graine ${seed}, version ${await scriptsVersion()}`
  return connected(serverUrl, undefined, async (server) => {
    // Two generators at once would each drop what the other is filling.
    await server.query(`SELECT pg_advisory_lock(hashtextextended('exemple orme', 0))`)
    const present = await server.query<{ datname: string }>(
      `SELECT datname FROM pg_database WHERE datname = ANY ($1) AND shobj_description(oid, 'pg_database') = $2`,
      [[erp, forgotten], mark],
    )
    const made = present.rows.length !== 2
    if (made) {
      for (const name of [erp, forgotten]) await server.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
    }
    await writeRoles(server, request)
    if (!made) return { made }

    const files = (await readdir(scripts)).filter((name) => /^\d\d-.*\.sql$/.test(name)).sort()
    onMessage(`Base ${erp} : 55 tables, 540 000 lignes`)
    await makeDatabase(server, request, erp, files, mark)
    onMessage(`Base ${forgotten}, que le plan ne déclare pas`)
    await makeDatabase(server, request, forgotten, ['00-outils.sql', 'archives-2019.sql'], mark)
    return { made }
  })
}

async function makeDatabase(
  server: pg.Client,
  request: DatabaseRequest,
  name: string,
  files: string[],
  mark: string,
): Promise<void> {
  const locale = await server.query(
    `SELECT FROM pg_database WHERE datname = 'template0' AND pg_encoding_to_char(encoding) = 'UTF8'`,
  )
  const settings = locale.rows.length === 1 ? '' : ` ENCODING 'UTF8' LOCALE 'C'`
  await server.query(`CREATE DATABASE ${name} OWNER orme_proprietaire TEMPLATE template0${settings}`)
  await connected(request.serverUrl, name, async (client) => {
    await client.query('SET ROLE orme_proprietaire')
    for (const file of files) {
      const sql = await readFile(join(scripts, file), 'utf8')
      await client.query(sql.replaceAll(':graine', String(request.seed)))
    }
    await client.query('VACUUM (ANALYZE)')
    await client.query('RESET ROLE')
    // Settings of the database itself, as a host leaves them: whoever exports must not let them change the bytes.
    for (const setting of [
      `timezone TO 'Europe/Paris'`,
      `datestyle TO 'SQL, DMY'`,
      `intervalstyle TO 'sql_standard'`,
      `bytea_output TO 'escape'`,
      'extra_float_digits TO -2',
    ])
      await client.query(`ALTER DATABASE ${name} SET ${setting}`)
  })
  // Last: a database without this mark is one that was interrupted, and is made again.
  await server.query(`COMMENT ON DATABASE ${name} IS ${pg.escapeLiteral(mark)}`)
}

/** Roles belong to the server, so they may be there already; passwords are those of this folder. */
async function writeRoles(server: pg.Client, request: DatabaseRequest): Promise<void> {
  const roles: [name: string, options: string][] = [
    ['orme_proprietaire', 'NOLOGIN'],
    ['orme_appli', 'NOLOGIN'],
    ['orme_lecture', `LOGIN BYPASSRLS PASSWORD ${pg.escapeLiteral(request.readerPassword)}`],
    [
      'orme_repetition',
      `LOGIN CREATEDB CREATEROLE BYPASSRLS PASSWORD ${pg.escapeLiteral(request.rehearsalPassword)}`,
    ],
  ]
  for (const [name, options] of roles) {
    const found = await server.query('SELECT FROM pg_roles WHERE rolname = $1', [name])
    await server.query(`${found.rows.length === 1 ? 'ALTER' : 'CREATE'} ROLE ${name} WITH ${options}`)
  }
  // What is restored belongs to the owner of what was exported.
  await server.query('GRANT orme_proprietaire TO orme_repetition')
}

async function scriptsVersion(): Promise<string> {
  const hash = createHash('sha256')
  for (const name of (await readdir(scripts)).sort()) hash.update(await readFile(join(scripts, name)))
  return hash.digest('hex').slice(0, 12)
}

async function connected<T>(
  serverUrl: string,
  database: string | undefined,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const url = new URL(serverUrl)
  if (database !== undefined) url.pathname = `/${database}`
  const client = new pg.Client({ connectionString: url.href, application_name: 'exemple orme' })
  try {
    await client.connect()
  } catch (cause) {
    throw new ReversibilityError('unavailable', `The PostgreSQL server ${url.host} cannot be used.`, {
      remedy: 'Start it, or give the address and password of a superuser.',
      subject: url.host,
      cause,
    })
  }
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
