import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { anchorOf, checkout, documents, headings, localLinks, readDocument } from './support/markdown.ts'

const readme = readDocument('README.md')

describe('documents', () => {
  test('are found: the rules below read something', () => {
    expect(documents()).toEqual(
      expect.arrayContaining(['README.md', 'docs/architecture.md', 'runbooks/README.md']),
    )
    expect(documents().flatMap(localLinks).length).toBeGreaterThan(50)
  })

  test.each(documents())('links of %s lead somewhere', (path) => {
    const broken = localLinks(path).filter(({ exists }) => !exists)
    expect(broken).toEqual([])
    for (const { target, fragment } of localLinks(path)) {
      if (fragment === undefined || !target.endsWith('.md')) continue
      const text = readDocument(target)
      const anchors = [1, 2, 3].flatMap((level) => headings(text, level)).map(anchorOf)
      expect(anchors, `${target}#${fragment}`).toContain(fragment)
    }
  })

  test.each(documents())('%s names nothing of the machine that it was written on', (path) => {
    expect(readDocument(path)).not.toMatch(
      /(?:^|[\s`("'=])\/(?:root|home|work)\/|127\.0\.0\.1:(?!8081)\d{4,5}/,
    )
  })
})

describe('the README', () => {
  test('lists the commands that there are', { timeout: 120_000 }, async () => {
    const listed = [...readme.matchAll(/^\| `reversibility ([a-z ]+?)`/gm)].map(([, command]) => command)
    expect(listed.sort()).toEqual((await commands()).sort())
  })

  test('lists the environment variables that the code reads', () => {
    const listed = [...readme.matchAll(/^\| `([A-Z][A-Z0-9_]+)` /gm)].map(([, name]) => name)
    expect(listed.sort()).toEqual([...variables()].sort())
  })

  test("names variables of Temporal's clients that they know", () => {
    const folder = join(checkout, 'node_modules/@temporalio/envconfig/lib')
    const known = readdirSync(folder)
      .filter((name) => name.endsWith('.js'))
      .map((name) => readFileSync(join(folder, name), 'utf8'))
      .join('\n')
    for (const [name] of readme.matchAll(/\bTEMPORAL_[A-Z_]+\b/g)) expect(known).toContain(name)
  })

  test('gives exit codes as the command line does', async () => {
    const help = (await run('--help')).replaceAll(/\s+/g, ' ')
    const codes = /Exit codes: 0 done [^\n]*?130 cancelled/
    expect(codes.exec(readme.replaceAll(/\s+/g, ' '))?.[0]).toBe(codes.exec(help)?.[0])
  })

  test('names folders and files that are there', () => {
    const rows = readme.split('## Find your way around')[1]!.split('\n## ')[0]!
    const named = [...rows.matchAll(/`([\w./-]+\/(?:[\w.-]+\.ts)?)`/g)].map(([, path]) => path!)
    expect(named.length).toBeGreaterThan(15)
    for (const path of named) {
      const found = path.startsWith('terminal') || path.startsWith('html') ? `reporting/${path}` : path
      expect(() => readdirSync(join(checkout, found.replace(/[^/]*$/, ''))), path).not.toThrow()
      if (!found.endsWith('/')) expect(() => readFileSync(join(checkout, found)), path).not.toThrow()
    }
  })
})

/** Read by the shell, the system or every program: not ours to explain. */
const ordinary = new Set(['PATH', 'HOME', 'TERM', 'CI', 'LANG'])

/** Every variable that a module of the product reads. */
function variables(): Set<string> {
  const folders = [
    'activities',
    'cli',
    'connectors',
    'contract',
    'evidence',
    'packaging',
    'reporting',
    'service',
  ]
  folders.push('stack', 'store', 'temporal', 'worker', 'workflows')
  const found = new Set<string>()
  for (const folder of folders) {
    for (const name of readdirSync(join(checkout, folder), { recursive: true, encoding: 'utf8' })) {
      if (!name.endsWith('.ts')) continue
      const text = readFileSync(join(checkout, folder, name), 'utf8')
      for (const [, read, quoted] of text.matchAll(
        /\b(?:env|environment)\.([A-Z][A-Z0-9_]+)\b|'(REVERSIBILITY_[A-Z_]+)'/g,
      )) {
        found.add((read ?? quoted)!)
      }
    }
  }
  for (const name of ordinary) found.delete(name)
  return found
}

async function run(...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [join(checkout, 'cli/main.ts'), ...args], {
    env: { ...process.env, NO_COLOR: '1' },
  })
  return stdout
}

/** Every command that does something, as `--help` lists them: `plan check`, `verify`. */
async function commands(prefix: string[] = []): Promise<string[]> {
  const help = await run(...prefix, '--help')
  const section = help.split('\nCommands:\n')[1]?.split('\n\n')[0]
  if (section === undefined) return [prefix.join(' ')]
  const listed = [...section.matchAll(/^ {2}([a-z]+)( \[options\])?/gm)].filter(([, name]) => name !== 'help')
  // A group takes no options of its own: what does is a command, and need not be asked.
  const found = listed.map(async ([, name, options]) => {
    const command = [...prefix, name!]
    return options === undefined ? await commands(command) : [command.join(' ')]
  })
  return (await Promise.all(found)).flat()
}
