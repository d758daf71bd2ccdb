// Makes a fresh clone able to run: the dependencies of the lock file, and a Node that runs TypeScript
// as it stands. Plain JavaScript for any Node from 18 on, because it runs before anything is installed.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const runtimeFolder = join(root, 'bin', 'runtime')

/** The oldest Node that strips types without a flag and has zstd in node:zlib. */
const required = [22, 18]

function isRecent(version) {
  const [major, minor] = version.split('.').map(Number)
  return major > required[0] || (major === required[0] && minor >= required[1])
}

/** Installs exactly what a lock file says, once per content of that file. */
function install(folder, what) {
  const lock = readFileSync(join(folder, 'package-lock.json'))
  const stamp = join(folder, 'node_modules', '.installed-lock')
  const wanted = createHash('sha256').update(lock).digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  process.stderr.write(`Installing ${what} (once, under a minute) …\n`)
  // Not `npm ci`: it refuses a lock file that leaves out other platforms' optional binaries, which a
  // registry mirror may not carry. `install --no-save` takes the same locked versions and hashes.
  // Install scripts of dependencies are never run (see .npmrc): everything needed ships prebuilt.
  const flags = ['--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  const result = spawnSync('npm', ['install', ...flags], { cwd: folder, stdio: ['ignore', 2, 2] })
  if (result.status !== 0) {
    process.stderr.write(
      `Could not install ${what}: npm install in ${folder} ended with ${result.status ?? result.error?.message}.\n` +
        'Check that the npm registry is reachable, then run the same command again.\n',
    )
    process.exit(1)
  }
  mkdirSync(dirname(stamp), { recursive: true })
  writeFileSync(stamp, wanted)
}

/** The Node binary that the product runs on: this one when it is recent enough. */
export function nodeBinary() {
  if (isRecent(process.versions.node)) return process.execPath
  install(runtimeFolder, 'Node 24')
  const found = join(runtimeFolder, 'node_modules', '.bin', 'node')
  if (existsSync(found)) return found
  process.stderr.write(
    `Node ${process.versions.node} is too old and no newer one is packaged for ${process.platform}-${process.arch}.\n` +
      `Install Node ${required.join('.')} or later and run the same command again.\n`,
  )
  process.exit(1)
}

export function installDependencies() {
  // A published package has its dependencies beside it and no lock file.
  if (existsSync(join(root, 'package-lock.json'))) install(root, 'the dependencies')
}

/** Runs a script under that Node, with the same terminal; resolves to its exit code. */
export function runUnderNode(script, args) {
  const node = nodeBinary()
  const path = `${dirname(node)}:${join(root, 'node_modules', '.bin')}:${process.env.PATH}`
  const child = spawn(node, [script, ...args], { stdio: 'inherit', env: { ...process.env, PATH: path } })
  // A terminal sends Ctrl-C to both; a supervisor's SIGTERM reaches only this process, so it is passed on.
  process.on('SIGINT', () => {})
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal]))
  })
}
