import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

export const serviceNames = ['temporal', 's3', 'postgresql'] as const
export type ServiceName = (typeof serviceNames)[number]

/** Where a stack keeps everything: `<root>/.stack`, ignored by git, kept between starts. */
export interface StackLayout {
  /** The checkout, or any folder that has a stack of its own. Absolute. */
  root: string
  folder: string
  stateFile: string
  lockFile: string
  leasesFolder: string
  logFolder: string
}

export function stackLayout(root: string): StackLayout {
  const absolute = resolve(root)
  const folder = join(absolute, '.stack')
  return {
    root: absolute,
    folder,
    stateFile: join(folder, 'stack.json'),
    lockFile: join(folder, 'keeper.lock'),
    leasesFolder: join(folder, 'leases'),
    logFolder: join(folder, 'log'),
  }
}

/** The checkout that this file belongs to; for an installed package, the current folder. */
export function defaultRoot(): string {
  const here = dirname(fileURLToPath(import.meta.url))
  if (here.includes(`${sep}node_modules${sep}`)) return process.cwd()
  for (let folder = here; folder !== dirname(folder); folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder
  }
  return process.cwd()
}

/** Where built tools are kept for every checkout of this user: `${XDG_CACHE_HOME:-~/.cache}/reversibility`. */
export function cacheFolder(environment: NodeJS.ProcessEnv): string {
  const base = environment.XDG_CACHE_HOME
  return join(base === undefined || base === '' ? join(homedir(), '.cache') : base, 'reversibility')
}
