// Builds what is published into dist/: the compiled product, its launcher, and the files it reads as they are.
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const dist = join(root, 'dist')

rmSync(dist, { recursive: true, force: true })
const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
const compiled = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.build.json'], {
  cwd: root,
  stdio: 'inherit',
})
if (compiled.status !== 0) process.exit(compiled.status ?? 1)

// Whatever the product reads beside its own code: SQL and plans of the example, runbooks, schemas, specifications.
const folders = ['docs', 'examples', 'runbooks', 'stack', 'reporting', 'packaging', 'connectors', 'portal']
const isData = (path) => !path.endsWith('.ts')
for (const folder of folders) {
  const from = join(root, folder)
  if (existsSync(from)) cpSync(from, join(dist, folder), { recursive: true, filter: isData })
}
for (const file of ['README.md', 'LICENSE', 'CHANGELOG.md']) {
  if (existsSync(join(root, file))) cpSync(join(root, file), join(dist, file))
}
mkdirSync(join(dist, 'bin', 'runtime'), { recursive: true })
for (const file of ['reversibility', 'runtime.mjs', 'runtime/package.json', 'runtime/package-lock.json']) {
  cpSync(join(root, 'bin', file), join(dist, 'bin', file))
}

// A published package has no scripts and no development tools; everything else is as in the checkout.
const {
  scripts: _,
  devDependencies: __,
  private: ___,
  ...published
} = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
writeFileSync(join(dist, 'package.json'), `${JSON.stringify(published, null, 2)}\n`)
process.stdout.write(`Built dist/, version ${published.version}.\n`)
