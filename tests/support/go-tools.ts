import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { exclusively } from './exclusively.ts'

/** The folder of the public `age` and `age-keygen`, built on first use. Throws how to supply them when it cannot. */
export function ageTools(): string {
  const bin = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'reversibility', 'bin')
  mkdirSync(bin, { recursive: true })
  exclusively(join(bin, '.age.lock'), () => {
    if (existsSync(join(bin, 'age')) && existsSync(join(bin, 'age-keygen'))) return
    try {
      execFileSync('go', ['install', 'filippo.io/age/cmd/...@v1.3.2'], {
        env: { ...process.env, GOBIN: bin },
        stdio: ['ignore', 'ignore', 'pipe'],
        timeout: 600_000,
      })
    } catch (cause) {
      throw new Error(
        `Could not build age into ${bin}. Supply Go 1.24 or later and a reachable Go module proxy, or put the age and ` +
          'age-keygen binaries there, then run the tests again.',
        { cause },
      )
    }
  })
  return bin
}
