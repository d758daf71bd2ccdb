import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { exclusively } from './exclusively.ts'

/** Outside validators: what a stranger would use. Exact versions, so that a verdict means the same everywhere. */
const requirements = ['bagit==1.9.0', 'frictionless==5.21.0', 'awscli==1.46.3']

/** The folder of `bagit.py`, `frictionless` and `aws`, installed on first use. Throws how to supply them when it cannot. */
export function pythonTools(): string {
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'reversibility')
  const venv = join(cache, 'venv')
  const stamp = join(venv, '.requirements')
  const wanted = `${requirements.join('\n')}\n`
  mkdirSync(cache, { recursive: true })
  exclusively(join(cache, 'venv.lock'), () => {
    if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
    try {
      if (!existsSync(join(venv, 'bin', 'python'))) run('python3', ['-m', 'venv', venv])
      run(join(venv, 'bin', 'python'), ['-m', 'pip', 'install', '--quiet', ...requirements])
    } catch (cause) {
      throw new Error(
        `Could not install ${requirements.join(' and ')} into ${venv}. Supply Python 3.9 or later with venv ` +
          '(Debian: apt-get install python3-venv) and a reachable Python package index, then run the tests again.',
        { cause },
      )
    }
    writeFileSync(stamp, wanted)
  })
  return join(venv, 'bin')
}

function run(command: string, args: string[]): void {
  execFileSync(command, args, { stdio: ['ignore', 'ignore', 'pipe'], timeout: 300_000 })
}
