import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { choosePort } from '../free-port.ts'
import { chooseDataFolder, giveTo } from '../postgresql-data-folder.ts'
import { providePostgresql } from '../postgresql-programs.ts'
import { runCommand } from '../run-command.ts'
import { startServer, untilReady } from '../server-process.ts'
import { StackError } from '../stack-error.ts'
import type { PostgresqlSettings } from '../state.ts'
import { type UnprivilegedUser, unprivilegedUser } from '../unprivileged-user.ts'
import type { StartContext, StartService } from './service.ts'

export const postgresqlUser = 'postgres'

/** PostgreSQL on loopback only, with a password and no socket file. The user is a superuser. */
export const startPostgresql: StartService<PostgresqlSettings> = async (context) => {
  const { layout, kept, keep, report, signal } = context
  const user = unprivilegedUser()
  const programs = await providePostgresql(context)
  const settings: PostgresqlSettings = {
    port: await choosePort(kept?.port),
    password: kept?.password ?? randomBytes(24).toString('base64url'),
    dataFolder: kept?.dataFolder ?? chooseDataFolder(layout, user),
  }
  keep(settings)
  const cluster = join(settings.dataFolder, 'cluster')
  if (!existsSync(join(cluster, 'PG_VERSION'))) {
    report('starting', 'preparing a PostgreSQL cluster', 4)
    await initialise({ context, programs, settings, cluster, user })
  } else {
    await checkVersion({ context, programs, cluster })
    if (kept === null) await setPassword({ context, programs, settings, cluster, user })
  }
  report('starting', `starting PostgreSQL (${programs})`, 2)
  const server = await startServer({
    program: join(programs, 'postgres'),
    args: [
      ...['-D', cluster, '-p', String(settings.port), '-c', 'listen_addresses=127.0.0.1'],
      // A crash of the machine may lose the last instants, never the cluster: enough for trying and testing.
      ...['-c', 'unix_socket_directories=', '-c', 'synchronous_commit=off', '-c', 'max_connections=200'],
    ],
    environment: serverEnvironment(context.environment),
    folder: settings.dataFolder,
    logFile: context.logFile,
    // Fast shutdown: clients are disconnected, data is written.
    stopSignal: 'SIGINT',
    user,
  })
  context.started(server)
  await untilReady({ name: 'PostgreSQL', server, signal, timeoutSeconds: 60, probe: () => answers(settings) })
  return server
}

interface ClusterStep {
  context: StartContext<PostgresqlSettings>
  programs: string
  settings: PostgresqlSettings
  cluster: string
  user: UnprivilegedUser | undefined
}

/** initdb beside the place and then moved there whole, so that a start cut short leaves no half cluster. */
async function initialise({ context, programs, settings, cluster, user }: ClusterStep): Promise<void> {
  const fresh = `${cluster}.new`
  const passwordFile = join(settings.dataFolder, 'password')
  for (const remains of [fresh, cluster]) rmSync(remains, { recursive: true, force: true })
  mkdirSync(fresh, { mode: 0o700 })
  giveTo(user, fresh)
  writeFileSync(passwordFile, settings.password, { mode: 0o600 })
  giveTo(user, passwordFile)
  try {
    await runCommand({
      program: join(programs, 'initdb'),
      args: [
        ...['-D', fresh, '-U', postgresqlUser, '--auth=scram-sha-256', `--pwfile=${passwordFile}`],
        ...['--encoding=UTF8', `--locale=${process.platform === 'linux' ? 'C.UTF-8' : 'C'}`],
        ...['--no-sync', '--no-instructions'],
      ],
      environment: serverEnvironment(context.environment),
      logFile: context.logFile,
      signal: context.signal,
      user,
      remedy: `Remove ${settings.dataFolder} and start again.`,
    })
  } finally {
    rmSync(passwordFile, { force: true })
  }
  renameSync(fresh, cluster)
}

async function checkVersion(options: {
  context: StartContext<PostgresqlSettings>
  programs: string
  cluster: string
}): Promise<void> {
  const { context, programs, cluster } = options
  const wanted = readFileSync(join(cluster, 'PG_VERSION'), 'utf8').trim()
  const version = await runCommand({
    program: join(programs, 'postgres'),
    args: ['--version'],
    environment: context.environment,
    logFile: context.logFile,
    signal: context.signal,
    remedy: 'Reinstall PostgreSQL.',
  })
  const found = /(\d+)[.\d]*/.exec(version)?.[1]
  if (found === wanted) return
  throw new StackError(
    'invalid-input',
    `The stack's PostgreSQL data is of version ${wanted}, and ${programs} is of version ${found}.`,
    {
      remedy: `Install PostgreSQL ${wanted} again, or remove ${join(cluster, '..')} to start with an empty server.`,
    },
  )
}

/** For a cluster whose password is no longer known: the single-user mode asks for none. */
async function setPassword({ context, programs, settings, cluster, user }: ClusterStep): Promise<void> {
  await runCommand({
    program: join(programs, 'postgres'),
    args: ['--single', '-D', cluster, 'postgres'],
    environment: serverEnvironment(context.environment),
    logFile: context.logFile,
    signal: context.signal,
    user,
    input: `ALTER USER ${postgresqlUser} PASSWORD '${settings.password}'\n`,
    remedy: `Remove ${settings.dataFolder} to start with an empty server.`,
  })
}

async function answers(settings: PostgresqlSettings): Promise<boolean> {
  const client = new pg.Client({
    host: '127.0.0.1',
    port: settings.port,
    user: postgresqlUser,
    password: settings.password,
    database: 'postgres',
    connectionTimeoutMillis: 2000,
  })
  try {
    await client.connect()
    await client.query('SELECT 1')
    return true
  } finally {
    await client.end()
  }
}

/** Without the caller's PG* settings: they are meant for its clients, and some change what a server does. */
function serverEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith('PG')))
}
