import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { access, constants, readdir } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { ReversibilityError } from '../../contract/errors.ts'
import { type ServerSettings, serverName } from './config.ts'

const run = promisify(execFile)

/** PostgreSQL's own programs on this machine, the newest there are. */
export interface ClientPrograms {
  psql: string
  pgDump: string
  pgRestore: string
  /** 15 for 15.18. */
  majorVersion: number
  /** Options of `pg_dump` that only some releases know. */
  pgDumpKnows: { restrictKey: boolean; statistics: boolean }
}

let found: Promise<ClientPrograms> | undefined

/** Looks in `REVERSIBILITY_POSTGRESQL_BIN`, in the folders that packages use, and on `PATH`. Looks once. */
export function findClientPrograms(): Promise<ClientPrograms> {
  found ??= look().catch((error: unknown) => {
    found = undefined
    throw error
  })
  return found
}

async function look(): Promise<ClientPrograms> {
  let best: { folder: string; version: number } | undefined
  for (const folder of await candidateFolders()) {
    if (!(await isProgram(join(folder, 'pg_dump'))) || !(await isProgram(join(folder, 'psql')))) continue
    const version = await majorVersionOf(join(folder, 'pg_dump'))
    if (version !== undefined && (best === undefined || version > best.version)) best = { folder, version }
  }
  if (best === undefined) {
    throw new ReversibilityError('not-found', 'psql and pg_dump are not on this machine.', {
      remedy:
        'Install the package postgresql-client, or name their folder in the variable REVERSIBILITY_POSTGRESQL_BIN.',
      subject: 'postgresql-client',
    })
  }
  const pgDump = join(best.folder, 'pg_dump')
  const { stdout: help } = await run(pgDump, ['--help'], {
    env: { LC_ALL: 'C', PATH: process.env.PATH ?? '' },
  })
  return {
    psql: join(best.folder, 'psql'),
    pgDump,
    pgRestore: join(best.folder, 'pg_restore'),
    majorVersion: best.version,
    pgDumpKnows: {
      restrictKey: help.includes('--restrict-key'),
      statistics: help.includes('--no-statistics'),
    },
  }
}

async function candidateFolders(): Promise<string[]> {
  const chosen = process.env.REVERSIBILITY_POSTGRESQL_BIN
  const folders = chosen === undefined || chosen === '' ? [] : [chosen]
  for (const version of await readdir('/usr/lib/postgresql').catch(() => [])) {
    folders.push(`/usr/lib/postgresql/${version}/bin`)
  }
  for (const name of await readdir('/usr').catch(() => [])) {
    if (name.startsWith('pgsql-')) folders.push(`/usr/${name}/bin`)
  }
  return [...folders, ...pathFolders()]
}

function pathFolders(): string[] {
  return (process.env.PATH ?? '').split(delimiter).filter((folder) => folder.startsWith('/'))
}

async function isProgram(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  )
}

async function majorVersionOf(program: string): Promise<number | undefined> {
  try {
    const { stdout } = await run(program, ['--version'], { timeout: 10_000 })
    const version = /\(PostgreSQL\) (\d+)/.exec(stdout)?.[1]
    return version === undefined ? undefined : Number(version)
  } catch {
    return undefined
  }
}

/** `pg_dump` reads servers of its own release and older, never newer ones. */
export function requireDumpFor(
  programs: ClientPrograms,
  server: ServerSettings,
  serverVersion: number,
): void {
  const serverMajor = Math.floor(serverVersion / 10_000)
  if (programs.majorVersion >= serverMajor) return
  throw new ReversibilityError(
    'unsupported',
    `${serverName(server)} runs PostgreSQL ${serverMajor}, and pg_dump here is of release ${programs.majorVersion}.`,
    {
      remedy: `Install postgresql-client-${serverMajor} or newer on the worker's machine.`,
      subject: serverName(server),
    },
  )
}

/** The environment of a client program: how to connect, and nothing of this process's own. The password is only here. */
export function programEnvironment(server: ServerSettings): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '/usr/bin:/bin',
    LC_ALL: 'C.UTF-8',
    HOME: '/nonexistent',
    PGHOST: server.host,
    PGPORT: String(server.port),
    PGUSER: server.user,
    PGDATABASE: server.database,
    PGSSLMODE: server.host.startsWith('/') ? 'disable' : server.sslMode,
    PGGSSENCMODE: 'disable',
    PGCONNECT_TIMEOUT: '15',
    PGAPPNAME: 'reversibility',
    PGCLIENTENCODING: 'UTF8',
    PGPASSFILE: '/nonexistent/pgpass',
    PGSERVICEFILE: '/nonexistent/service',
    PSQLRC: '/nonexistent/psqlrc',
    ...(server.password === undefined ? {} : { PGPASSWORD: server.password }),
    ...rootCertificateOf(server),
  }
}

/** Where systems keep the authorities they trust: libpq looks for none by itself. */
const systemAuthorities = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/cert.pem',
]

function rootCertificateOf({ sslMode, sslRootCertificate }: ServerSettings): Record<string, string> {
  if (sslRootCertificate !== undefined) return { PGSSLROOTCERT: sslRootCertificate }
  if (!sslMode.startsWith('verify')) return {}
  const system = systemAuthorities.find((file) => existsSync(file))
  return system === undefined ? {} : { PGSSLROOTCERT: system }
}
