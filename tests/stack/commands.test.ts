import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, inject, test } from 'vitest'
import { commandLine, saying, startScript } from './child.ts'
import {
  bareEnvironment,
  processesOf,
  scratchRoot,
  stateOf,
  survivors,
  survivorsWithin,
} from './scratch-root.ts'

test.each(['SIGINT', 'SIGTERM'] as const)(
  'stack up runs until %s, then leaves nothing running',
  async (signal) => {
    const root = scratchRoot()
    const up = startScript('command-line.ts', ['stack', 'up', '--root', root])
    await saying(up, /Ctrl-C stops everything/)
    const { services } = stateOf(root)
    expect(up.output.stdout.split('\n').slice(0, 3)).toEqual([
      `Temporal    ready    127.0.0.1:${services.temporal.settings?.port}`,
      `S3          ready    http://127.0.0.1:${services.s3.settings?.port}`,
      `PostgreSQL  ready    postgresql://postgres@127.0.0.1:${services.postgresql.settings?.port}/postgres`,
    ])
    const processes = processesOf(stateOf(root))
    up.process.kill(signal)
    expect(await up.ended).toEqual({ code: 0, signal: null })
    expect(survivors(processes)).toEqual([])
    const said = up.output.stdout + up.output.stderr
    expect(said).toContain('The stack is stopped; its data stays.')
    expect(said).not.toContain(services.s3.settings?.secretAccessKey)
    expect(said).not.toContain(services.postgresql.settings?.password)
  },
)

test('stack up --detach runs on until stack down, and is joined meanwhile', async () => {
  const root = scratchRoot()
  const up = await commandLine(['stack', 'up', '--detach', '--json', '--root', root])
  expect(up.code).toBe(0)
  const lines = up.stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(lines.map(({ type, service }) => service ?? type)).toEqual([
    'temporal',
    's3',
    'postgresql',
    'summary',
  ])
  expect(lines.at(-1)).toMatchObject({ ready: true, detached: true })
  const processes = processesOf(stateOf(root))
  expect(survivors(processes)).toHaveLength(4)

  const joined = startScript('command-line.ts', ['stack', 'up', '--root', root])
  await saying(joined, /Ctrl-C stops everything/)
  joined.process.kill('SIGINT')
  expect(await joined.ended).toEqual({ code: 0, signal: null })
  expect(joined.output.stderr).toContain('goes on running, detached')
  expect(survivors(processes)).toHaveLength(4)

  const status = await commandLine(['stack', 'status', '--root', root])
  expect(status).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('Runs until: reversibility stack down'),
  })
  const env = await commandLine(['stack', 'env', '--json', '--root', root])
  expect(JSON.parse(env.stdout).environment).toMatchObject({ TEMPORAL_ADDRESS: lines[0].address })

  const down = await commandLine(['stack', 'down', '--json', '--root', root])
  expect(JSON.parse(down.stdout)).toEqual({ type: 'summary', command: 'stack down', stopped: true })
  expect(survivors(processes)).toEqual([])
  expect((await commandLine(['stack', 'down', '--root', root])).stdout).toBe('Nothing was running.\n')
  expect((await commandLine(['stack', 'status', '--root', root])).code).toBe(5)
  expect((await commandLine(['stack', 'env', '--root', root])).code).toBe(5)
})

test('stack down ends a stack up in another terminal', async () => {
  const root = scratchRoot()
  const up = startScript('command-line.ts', ['stack', 'up', '--root', root])
  await saying(up, /Ctrl-C stops everything/)
  const processes = processesOf(stateOf(root))
  expect((await commandLine(['stack', 'down', '--root', root])).code).toBe(0)
  expect(await up.ended).toEqual({ code: 0, signal: null })
  expect(survivors(processes)).toEqual([])
})

test('stack up killed by SIGKILL leaves nothing running', async () => {
  const root = scratchRoot()
  const up = startScript('command-line.ts', ['stack', 'up', '--root', root])
  await saying(up, /Ctrl-C stops everything/)
  const processes = processesOf(stateOf(root))
  up.process.kill('SIGKILL')
  expect(await survivorsWithin(15, processes)).toEqual([])
})

test('stack up whose launcher is killed by SIGKILL leaves nothing running', async () => {
  const root = scratchRoot()
  const command = fileURLToPath(new URL('command-line.ts', import.meta.url))
  const launcher = join(root, 'bin', 'reversibility')
  mkdirSync(dirname(launcher))
  writeFileSync(
    launcher,
    `require('node:child_process').spawn(process.execPath, [${JSON.stringify(command)}, ...process.argv.slice(2)], { stdio: 'inherit' })`,
  )
  const up = startScript(launcher, ['stack', 'up', '--root', root])
  await saying(up, /Ctrl-C stops everything/)
  const processes = processesOf(stateOf(root))
  up.process.kill('SIGKILL')
  expect(await survivorsWithin(15, processes)).toEqual([])
})

test('a stack up that lacks a program ends with exit code 5 and says how to supply it', async () => {
  const root = scratchRoot()
  const environment = bareEnvironment({ PATH: '/nonexistent', XDG_CACHE_HOME: root })
  const up = await commandLine(['stack', 'up', '--root', root], environment)
  expect(up.code).toBe(5)
  expect(up.stderr).toMatch(/versitygw is not on this machine[\s\S]*S3_ENDPOINT/)
})

test('the doctor finds what these tests run on', async () => {
  const { code, stdout } = await commandLine(['doctor', '--json'])
  const lines = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(lines.filter(({ lacking }) => lacking === true)).toEqual([])
  expect(code).toBe(0)
  expect(lines.at(-1)).toEqual({ type: 'summary', command: 'doctor', complete: true, lacking: 0 })
  expect(lines.find(({ name }) => name === 'node')).toMatchObject({
    state: 'found',
    version: process.versions.node,
  })
  for (const name of ['psql', 'pg_dump', 'zstd']) {
    expect(lines.find((line) => line.name === name)).toMatchObject({
      state: 'found',
      path: expect.stringMatching(/^\//),
      version: expect.stringMatching(/^\d+\.\d+/),
    })
  }
})

test('the doctor on a bare machine names the package of what is missing and ends with 5', async () => {
  const environment = bareEnvironment({ PATH: '/nonexistent', XDG_CACHE_HOME: scratchRoot() })
  const { code, stdout } = await commandLine(['doctor'], environment)
  expect(code).toBe(5)
  expect(stdout).toMatch(/zstd +missing[^→]*→ (apt-get|dnf|brew) install zstd/)
  expect(stdout).toMatch(/ssh-keygen +missing[^→]*→ \w+(-get)? install openssh/)
  expect(stdout).toMatch(/temporal +missing[^→]*→ set TEMPORAL_ADDRESS/)
})

test('the doctor talks to the servers that the environment names', async () => {
  const good = await commandLine(['doctor'], bareEnvironment(inject('stack').environment))
  expect(good.stdout).toMatch(/temporal +ok[\s\S]*s3 +ok[\s\S]*Object Lock[\s\S]*postgresql +ok/)
  expect(good.code).toBe(0)

  const nobody = await unusedAddress()
  const environment = bareEnvironment({
    ...inject('stack').environment,
    TEMPORAL_ADDRESS: nobody,
    S3_BUCKET: 'no-such-bucket',
    REVERSIBILITY_POSTGRESQL_URL: `postgresql://postgres:hunter2@${nobody}/postgres`,
  })
  const bad = await commandLine(['doctor'], environment)
  expect(bad.code).toBe(5)
  expect(bad.stdout).toMatch(/temporal +refused[\s\S]*s3 +refused[\s\S]*postgresql +refused.*ECONNREFUSED/)
  expect(bad.stdout).not.toContain('hunter2')
})

async function unusedAddress(): Promise<string> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no port')
  return `127.0.0.1:${address.port}`
}
