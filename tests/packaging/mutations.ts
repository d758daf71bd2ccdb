import { createHash } from 'node:crypto'
import { canonicalJson, signRoot } from '../../packaging/root.ts'
import { newSigningKey, signSsh } from '../../packaging/signature.ts'
import type { VerificationProblemCode } from '../../packaging/verification-report.ts'
import { signingKey } from './fixture.ts'

export type Files = Map<string, Buffer>
export type Random = (below: number) => number

/** Alters a package in place; returns the codes that may name the cause, or null when it found nothing to alter. */
export type Mutation = (files: Files, random: Random, older: Files) => VerificationProblemCode[] | null

/** mulberry32: the same seed, the same attack. */
export function seeded(seed: number): Random {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

const signatureCodes: VerificationProblemCode[] = [
  'malformed-signature',
  'unknown-key',
  'wrong-namespace',
  'bad-signature',
]
const attacker = newSigningKey('attacker')
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

function codesFor(path: string): VerificationProblemCode[] {
  if (path === 'root.json') return ['bad-signature']
  if (path === 'root.json.sig') return signatureCodes
  if (path === 'bag/tagmanifest-sha256.txt') return ['tag-manifest-altered']
  return path.startsWith('bag/data/') ? ['volume-altered', 'wrong-size'] : ['tag-file-altered']
}

const pick = <T>(items: readonly T[], random: Random): T => items[random(items.length)]!
const anyPath = (files: Files, random: Random) => pick([...files.keys()], random)

/** Makes the bag agree with itself again, as anyone can who has no key. */
function forgeAgain(files: Files): void {
  const under = (prefix: string) => [...files].filter(([path]) => path.startsWith(prefix))
  const lines = (entries: [string, Buffer][]) =>
    Buffer.from(entries.map(([path, bytes]) => `${sha256(bytes)}  ${path.slice('bag/'.length)}\n`).join(''))
  files.set('bag/manifest-sha256.txt', lines(under('bag/data/')))
  files.delete('bag/tagmanifest-sha256.txt')
  const tagFiles = under('bag/').filter(([path]) => !path.startsWith('bag/data/'))
  files.set('bag/tagmanifest-sha256.txt', lines(tagFiles))
  const root = JSON.parse(files.get('root.json')!.toString())
  root.manifestSha256 = sha256(files.get('bag/manifest-sha256.txt')!)
  root.tagmanifestSha256 = sha256(files.get('bag/tagmanifest-sha256.txt')!)
  files.set('root.json', Buffer.from(canonicalJson(root)))
}

function alterPayload(files: Files, random: Random): void {
  const path = pick(
    [...files.keys()].filter((name) => name.startsWith('bag/data/')),
    random,
  )
  files.set(path, Buffer.concat([files.get(path)!, Buffer.from('forged')]))
}

export const mutations: Record<string, Mutation> = {
  'flip a bit'(files, random) {
    const path = anyPath(files, random)
    const bytes = Buffer.from(files.get(path)!)
    bytes[random(bytes.length)]! ^= 1 << random(8)
    // Armor leaves some bits unused, and any white space around it alike.
    if (path === 'root.json.sig') bytes[60 + random(100)] = 0x21
    files.set(path, bytes)
    return codesFor(path)
  },
  'cut a file'(files, random) {
    const path = anyPath(files, random)
    const bytes = files.get(path)!
    files.set(path, bytes.subarray(0, random(bytes.length - 1)))
    return codesFor(path)
  },
  'extend a file'(files, random) {
    const path = anyPath(files, random)
    files.set(path, Buffer.concat([files.get(path)!, Buffer.from('x')]))
    return codesFor(path)
  },
  'remove a file'(files, random) {
    files.delete(anyPath(files, random))
    return ['file-missing']
  },
  'rename a file'(files, random) {
    const path = anyPath(files, random)
    files.set(`${path}.old`, files.get(path)!)
    files.delete(path)
    return ['file-missing', 'file-unlisted']
  },
  'add a file'(files, random) {
    const name = pick(
      ['data/more.csv', 'notes.txt', 'fetch.txt', 'data/../../x', 'data/é\n', 'tagmanifest-md5.txt'],
      random,
    )
    files.set(`bag/${name}`, Buffer.from(String(random(1e6))))
    return ['file-unlisted']
  },
  'swap two files'(files, random) {
    const [a, b] = [anyPath(files, random), anyPath(files, random)]
    if (files.get(a)!.equals(files.get(b)!)) return null
    const held = files.get(a)!
    files.set(a, files.get(b)!)
    files.set(b, held)
    return [...codesFor(a), ...codesFor(b), ...signatureCodes]
  },
  'bring back one older file'(files, random, older) {
    const path = anyPath(files, random)
    const before = older.get(path)
    if (before === undefined || before.equals(files.get(path)!)) return null
    files.set(path, before)
    return [...codesFor(path), 'bad-signature']
  },
  'roll back to an older epoch'(files, _, older) {
    files.clear()
    for (const [path, bytes] of older) files.set(path, bytes)
    return ['other-epoch', 'other-root', 'other-previous-root']
  },
  'sign again with another key'(files) {
    const signature = signRoot(files.get('root.json')!, attacker.privateKeyOpenSsh)
    files.set('root.json.sig', Buffer.from(signature))
    return ['unknown-key']
  },
  'sign for another purpose'(files) {
    const message = files.get('root.json')!
    const privateKey = signingKey.privateKeyOpenSsh
    const signature = signSsh({ privateKey, namespace: 'reversibility-journal@v1', message })
    files.set('root.json.sig', Buffer.from(signature))
    return ['wrong-namespace']
  },
  'alter and forge the bag again'(files, random) {
    alterPayload(files, random)
    forgeAgain(files)
    return ['bad-signature']
  },
  'alter, forge again and sign with another key'(files, random) {
    alterPayload(files, random)
    forgeAgain(files)
    files.set('root.json.sig', Buffer.from(signRoot(files.get('root.json')!, attacker.privateKeyOpenSsh)))
    return ['unknown-key']
  },
  'alter and forge all but the statement'(files, random) {
    const [root, signature] = [files.get('root.json')!, files.get('root.json.sig')!]
    alterPayload(files, random)
    forgeAgain(files)
    files.set('root.json', root)
    files.set('root.json.sig', signature)
    return ['tag-manifest-altered']
  },
  'delete the tag manifest and forge the manifest again'(files, random) {
    const [root, signature] = [files.get('root.json')!, files.get('root.json.sig')!]
    alterPayload(files, random)
    forgeAgain(files)
    files.delete('bag/tagmanifest-sha256.txt')
    files.set('root.json', root)
    files.set('root.json.sig', signature)
    return ['file-missing']
  },
  'rewrite the statement'(files, random) {
    const root = JSON.parse(files.get('root.json')!.toString())
    const change = pick(
      [
        { epoch: 3 },
        { source: 'other' },
        { contract: 'other' },
        { previousRoot: null },
        { counts: { ...root.counts, records: 0 } },
      ],
      random,
    )
    files.set('root.json', Buffer.from(canonicalJson({ ...root, ...change })))
    return ['bad-signature']
  },
  'lay the statement out otherwise'(files) {
    files.set(
      'root.json',
      Buffer.from(JSON.stringify(JSON.parse(files.get('root.json')!.toString()), null, 2)),
    )
    return ['bad-signature']
  },
}
