import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  linkSync,
  lutimesSync,
  mkdirSync,
  mkdtempSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const raw = (...bytes: number[]) => Buffer.from(bytes)

export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'reversibility-test-'))
}

/** Path of a name below a folder, with the name's own bytes. */
export function below(folder: string, name: Buffer | string): Buffer {
  return Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(name)])
}

/** A tree with the worst of what a disk allows, made as root or not. Socket, pipe and owners are asked for apart. */
export function makeSampleTree(root: string): void {
  mkdirSync(root, { recursive: true })
  const file = (name: string | Buffer, content: string | Buffer = `content of ${name}\n`) => {
    writeFileSync(below(root, name), content)
  }
  const folder = (name: string | Buffer) => mkdirSync(below(root, name), { recursive: true })

  file('empty', '')
  file('plain.txt')
  file('.hidden')
  file('-rf')
  file('with space and\ttab')
  file('with\nnewline')
  file('with\\backslash')
  file('with"quote\'s$(echo)`id`*?')
  file('a=b,c%d')
  file('\u00e9t\u00e9 (NFC)'.normalize('NFC'))
  file('\u00e9t\u00e9 (NFC)'.normalize('NFD'))
  file('日本語 🎉')
  file('Case')
  file('case')
  file(raw(0x6c, 0x61, 0x74, 0x69, 0x6e, 0xe9))
  file(raw(0xff, 0xfe, 0x01))
  file(Buffer.concat([Buffer.alloc(254, 0xe9), raw(0x61)]), 'a long name that is not UTF-8')
  file('n'.repeat(255))
  file('é'.repeat(127))
  file('n'.repeat(100))
  file('n'.repeat(101))
  file('...')
  file('..dots')
  file('exactly-one-block', Buffer.alloc(512, 1))
  file('one-block-and-one', Buffer.alloc(513, 2))
  file('two-mebibytes', Buffer.alloc(2 * 1024 * 1024 + 3, 'reversibility '))

  folder('empty folder')
  folder(raw(0x64, 0xe9, 0x70))
  file(Buffer.concat([raw(0x64, 0xe9, 0x70), Buffer.from('/inner')]))
  const deep = Array.from({ length: 12 }, (_, at) => `${at}-${'d'.repeat(100)}`).join('/')
  folder(deep)
  file(`${deep}/${'deep file '.repeat(20)}`)
  folder('some/levels/below')
  file('some/levels/below/file')

  const link = (target: string | Buffer, name: string | Buffer) =>
    symlinkSync(Buffer.from(target), below(root, name))
  link('plain.txt', 'link to file')
  link('some', 'link to folder')
  link('nowhere', 'dangling link')
  link('/etc/passwd', 'absolute link')
  link('../../outside', 'link outside')
  link('../x'.repeat(300), 'link with a long target')
  link(raw(0x74, 0xe9), 'link to a name that is not UTF-8')
  link(Buffer.alloc(200, 0xe9), 'link to a long name that is not UTF-8')
  link('é'.repeat(80), 'lien accentué')
  link('link to itself', 'link to itself')

  file('hard one')
  linkSync(below(root, 'hard one'), below(root, 'hard two'))
  linkSync(below(root, 'hard one'), below(root, 'some/levels/hard three'))
  linkSync(below(root, 'é'.repeat(127)), below(root, 'some/long hard link'))
  linkSync(below(root, raw(0xff, 0xfe, 0x01)), below(root, 'some/hard link to what is not UTF-8'))

  for (const [name, mode] of [
    ['mode-0600', 0o600],
    ['mode-0444', 0o444],
    ['mode-4755', 0o4755],
    ['mode-2755', 0o2755],
  ] as const) {
    file(name)
    chmodSync(join(root, name), mode)
  }
  folder('sticky')
  chmodSync(join(root, 'sticky'), 0o1777)
  folder('read-only')
  file('read-only/file')
  chmodSync(join(root, 'read-only'), 0o555)

  const at = (name: string, seconds: number) => {
    file(name)
    utimesSync(join(root, name), seconds, seconds)
  }
  at('time-zero', 0)
  at('time-before-1970', -86_400.25)
  at('time-after-2038', 2_500_000_000)
  at('time-after-2242', 8_700_000_000)
  at('time-with-fraction', 1_700_000_000.987654)
  lutimesSync(below(root, 'dangling link'), 1_234_567_890, 1_234_567_890)

  file('sparse', '')
  truncateSync(join(root, 'sparse'), 40 * 1024 * 1024)
}

/** Adds what only root can give a tree. */
export function addOwners(root: string): void {
  for (const [name, id] of [
    ['owner-33', 33],
    ['owner-large', 3_000_000_000],
    ['owner-octal-end', 0o7777777],
  ] as const) {
    writeFileSync(join(root, name), name)
    chownSync(join(root, name), id, id)
  }
}

/** Adds a named pipe and a socket: what has no content to hand over. */
export async function addSpecials(root: string): Promise<void> {
  const { status, stderr } = spawnSync('mkfifo', [join(root, 'pipe')])
  if (status !== 0) throw new Error(`mkfifo failed: ${stderr}`)
  const { createServer } = await import('node:net')
  const server = createServer()
  const bound = join(tmpdir(), `rev-${process.pid}-${Date.now()}.sock`)
  await new Promise<void>((resolve) => server.listen(bound, resolve))
  // A second name of the socket outlives the server that takes the first one away.
  linkSync(bound, join(root, 'socket'))
  await new Promise((resolve) => server.close(resolve))
}
