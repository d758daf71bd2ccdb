import { spawnSync } from 'node:child_process'

/** The first version number that a program prints, or undefined when it does not run. */
export function programVersion(
  path: string,
  args: string[],
  environment: NodeJS.ProcessEnv,
): string | undefined {
  const result = spawnSync(path, args, {
    encoding: 'utf8',
    env: environment,
    cwd: '/',
    timeout: 10_000,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  if (result.error !== undefined) return undefined
  return /\d+\.\d+(\.\d+)*(p\d+)?/.exec(`${result.stdout}\n${result.stderr}`)?.[0]
}
