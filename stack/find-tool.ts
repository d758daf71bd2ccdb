import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { cacheFolder } from './layout.ts'

/** The first executable of that name on PATH. */
export function findOnPath(name: string, environment: NodeJS.ProcessEnv): string | undefined {
  return (environment.PATH ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find(isExecutable)
}

/** On PATH, else among the tools built earlier for this user. */
export function findTool(name: string, environment: NodeJS.ProcessEnv): string | undefined {
  const cached = join(cacheFolder(environment), 'bin', name)
  return findOnPath(name, environment) ?? (isExecutable(cached) ? cached : undefined)
}

export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}
