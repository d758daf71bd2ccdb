// Runs a development tool or a script of this checkout under the right Node: node bin/tool.mjs vitest run
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { installDependencies, runUnderNode } from './runtime.mjs'

const [tool, ...args] = process.argv.slice(2)
const root = join(dirname(fileURLToPath(import.meta.url)), '..')

/** The JavaScript file behind a tool's name, as its package declares it; a path is itself. */
function scriptOf(name) {
  if (existsSync(join(root, name))) return join(root, name)
  const packages = { tsc: 'typescript', biome: '@biomejs/biome', depcruise: 'dependency-cruiser' }
  const folder = join(root, 'node_modules', packages[name] ?? name)
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  return join(folder, typeof bin === 'string' ? bin : bin[name])
}

installDependencies()
process.exitCode = await runUnderNode(scriptOf(tool), args)
