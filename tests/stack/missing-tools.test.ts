import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { type Provisioning, provideGoTool, versitygwTool } from '../../stack/go-tools.ts'
import { openStack } from '../../stack/open-stack.ts'
import { findPostgresql, providePostgresql } from '../../stack/postgresql-programs.ts'
import { bareEnvironment, processesOf, scratchRoot, stateOf, survivors } from './scratch-root.ts'

test('a stack without its programs names every way to supply each of them', async () => {
  const root = scratchRoot()
  const environment = emptyMachine()
  const opening = openStack({ root, environment, services: ['temporal', 's3'] })
  await expect(opening).rejects.toMatchObject({
    name: 'StackError',
    type: 'not-found',
    message: expect.stringMatching(/Temporal server is not on this machine[\s\S]*versitygw is not on this/),
    remedy: expect.stringMatching(
      /TEMPORAL_ADDRESS[\s\S]*on PATH[\s\S]*golang-go[\s\S]*temporal@v1\.5\.1[\s\S]*S3_ENDPOINT[\s\S]*versitygw@v1\.8\.0/,
    ),
  })
  expect(survivors(processesOf(stateOf(root)))).toEqual([])
})

test('a missing PostgreSQL names every way to supply it', async () => {
  const providing = providePostgresql(provisioning(emptyMachine()), '/nonexistent')
  await expect(providing).rejects.toMatchObject({
    type: 'not-found',
    remedy: expect.stringMatching(
      /REVERSIBILITY_POSTGRESQL_URL[\s\S]*apt-get install postgresql[\s\S]*Python 3/,
    ),
  })
})

test('the newest PostgreSQL of the system is taken, by number and not by letter', () => {
  const folder = scratchFolder()
  for (const version of ['9', '10', '15', '16beta'])
    program(join(folder, version, 'bin'), ['initdb', 'postgres'])
  program(join(folder, '17', 'bin'), ['psql'])
  expect(findPostgresql(emptyMachine(), folder)).toBe(join(folder, '15', 'bin'))
})

test('a missing tool is built into the cache once, and moved there whole', async () => {
  const environment = emptyMachine()
  // Stands for Go: says where it was told to build, as `go install` does.
  const go = `#!/bin/sh\necho "$@" >> "${environment.PATH}/calls"\nprintf '#!/bin/sh\\n' > "$GOBIN/versitygw"\n/bin/chmod +x "$GOBIN/versitygw"\n`
  executable(join(environment.PATH ?? '', 'go'), go)
  const reports: unknown[] = []
  const context = provisioning(environment, (...report) => reports.push(report))
  const cache = join(environment.XDG_CACHE_HOME ?? '', 'reversibility')
  const path = await provideGoTool(versitygwTool, context)
  expect(path).toBe(join(cache, 'bin', 'versitygw'))
  expect(reports).toEqual([['building', expect.stringContaining('2.5 minutes'), 150]])
  expect(await provideGoTool(versitygwTool, context)).toBe(path)
  expect(reports).toHaveLength(1)
  expect(readdirSync(cache)).toEqual(['bin'])
})

test('a build that fails says why and leaves nothing in the cache', async () => {
  const environment = emptyMachine()
  executable(join(environment.PATH ?? '', 'go'), '#!/bin/sh\necho "proxy unreachable" >&2\nexit 1\n')
  const building = provideGoTool(versitygwTool, provisioning(environment))
  await expect(building).rejects.toMatchObject({
    type: 'unavailable',
    message: expect.stringContaining('proxy unreachable'),
    remedy: expect.stringMatching(/module proxy[\s\S]*S3_ENDPOINT/),
  })
  expect(existsSync(join(environment.XDG_CACHE_HOME ?? '', 'reversibility', 'bin', 'versitygw'))).toBe(false)
})

test('a build given up ends its compilers', async () => {
  const environment = emptyMachine()
  executable(join(environment.PATH ?? '', 'go'), '#!/bin/sh\n/bin/sleep 600 &\nwait\n')
  const interruption = new AbortController()
  const context = provisioning(environment, () =>
    setTimeout(() => interruption.abort(new Error('given up')), 200),
  )
  const building = provideGoTool(versitygwTool, { ...context, signal: interruption.signal })
  // The output stays open until the last of them has ended, so this would wait ten minutes for one left behind.
  await expect(building).rejects.toThrow('given up')
}, 10_000)

/** An environment in which no program is found: empty PATH, empty cache. */
function emptyMachine(): NodeJS.ProcessEnv & { PATH: string; XDG_CACHE_HOME: string } {
  return { ...bareEnvironment(), PATH: scratchFolder(), XDG_CACHE_HOME: scratchFolder() }
}

function provisioning(
  environment: NodeJS.ProcessEnv,
  report: Provisioning['report'] = () => {},
): Provisioning {
  return { environment, logFile: join(scratchFolder(), 'log'), signal: new AbortController().signal, report }
}

function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'reversibility-tools-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

function program(folder: string, names: string[]): void {
  mkdirSync(folder, { recursive: true })
  for (const name of names) executable(join(folder, name), '#!/bin/sh\n')
}

function executable(path: string, text: string): void {
  writeFileSync(path, text)
  chmodSync(path, 0o755)
}
