import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { emptyJournal, type JournalHead } from '../../contract/journal.ts'
import { journalPrefix } from '../../contract/layout.ts'
import { signCheckpoint } from '../../evidence/checkpoint.ts'
import { appendToJournal } from '../../evidence/journal.ts'
import { verifyJournal } from '../../evidence/journal-verifier.ts'
import { newSigningKey } from '../../packaging/signature.ts'
import { readBytes } from '../../store/json.ts'
import { MemoryStore } from '../support/memory-store.ts'

const run = { contractId: 'orme-si', runId: 'rehearsal-1' }
const key = newSigningKey()
const at = '2027-01-31T10:15:00.000Z'

let files: Map<string, Buffer>
let head: JournalHead

beforeEach(async () => {
  const store = new MemoryStore()
  head = emptyJournal
  for (const [index, subject] of ['run', 'source:erp', 'source:partage', 'run'].entries()) {
    const facts = [
      { kind: 'phase-entered', subject, actor: { kind: 'service', id: 'worker' }, facts: { index } },
    ] as const
    head = await appendToJournal(store, { run, after: head, at, facts: [...facts] })
  }
  await signCheckpoint(store, { run, head, signingKey: key.privateKeyOpenSsh })
  files = new Map()
  for await (const object of store.list(journalPrefix(run))) {
    files.set(object.key.slice(journalPrefix(run).length), await readBytes(store, object.key))
  }
})

function verify(keptHead?: JournalHead) {
  const source = {
    async *names() {
      yield* files.keys()
    },
    read: async (name: string) => files.get(name)!,
  }
  return verifyJournal(source, { allowedKeys: [key.publicKeyLine], ...(keptHead ? { keptHead } : {}) })
}

const entry = (sequence: number) => `${String(sequence).padStart(8, '0')}.json`

describe('a journal as it was written', () => {
  test('is whole and signed to its end', async () => {
    expect(await verify()).toEqual({ entries: 4, head, checkpoints: 1, signedUpTo: 4 })
  })

  test('is written once, however often the writer repeats itself', async () => {
    const store = new MemoryStore()
    const facts = [
      { kind: 'run-started', subject: 'run', actor: { kind: 'service', id: 'worker' }, facts: {} },
    ] as const
    const first = await appendToJournal(store, { run, after: emptyJournal, at, facts: [...facts] })
    expect(await appendToJournal(store, { run, after: emptyJournal, at, facts: [...facts] })).toEqual(first)
    await expect(
      appendToJournal(store, { run, after: emptyJournal, at: '2027-02-01T00:00:00.000Z', facts: [...facts] }),
    ).rejects.toMatchObject({ type: 'integrity-mismatch' })
  })

  test('is chained so that sha256sum alone can follow it', () => {
    for (let sequence = 2; sequence <= 4; sequence += 1) {
      const { stdout } = spawnSync('sha256sum', { input: files.get(entry(sequence - 1))! })
      expect(JSON.parse(files.get(entry(sequence))!.toString()).previous).toBe(stdout.toString().slice(0, 64))
    }
  })

  test('is signed so that ssh-keygen alone agrees', () => {
    const folder = mkdtempSync(join(tmpdir(), 'journal-'))
    writeFileSync(join(folder, 'allowed'), `provider ${key.publicKeyLine}\n`)
    writeFileSync(join(folder, 'sig'), files.get('checkpoint-00000004.json.sig')!)
    const args = [
      '-Y',
      'verify',
      '-f',
      'allowed',
      '-I',
      'provider',
      '-n',
      'reversibility-journal@v1',
      '-s',
      'sig',
    ]
    const input = files.get('checkpoint-00000004.json')!
    expect(spawnSync('ssh-keygen', args, { cwd: folder, input }).status).toBe(0)
  })
})

describe('a journal that was altered', () => {
  test('in one entry is refused with the entry named', async () => {
    const text = files.get(entry(2))!.toString().replace('source:erp', 'source:crm')
    files.set(entry(2), Buffer.from(text))
    await expect(verify()).rejects.toThrow(/Entry 3 does not follow entry 2/)
  })

  test('in its last entry is refused by the checkpoint', async () => {
    files.set(entry(4), Buffer.from(files.get(entry(4))!.toString().replace('"index":3', '"index":9')))
    await expect(verify()).rejects.toThrow(/Entry 4 or one before it was altered/)
  })

  test('by leaving one out is refused with its number', async () => {
    files.delete(entry(3))
    await expect(verify()).rejects.toThrow(/Entry 3 is missing/)
  })

  test('by cutting its end is refused by the checkpoint', async () => {
    files.delete(entry(4))
    await expect(verify()).rejects.toThrow(/Entry 4 is missing/)
  })

  test('by swapping two entries is refused', async () => {
    const [second, third] = [files.get(entry(2))!, files.get(entry(3))!]
    files.set(entry(2), third).set(entry(3), second)
    await expect(verify()).rejects.toThrow(/Entry 2 says that it is entry 3/)
  })

  test('by rewriting all of it with the same key is refused by a head that was kept', async () => {
    const kept = { sequence: 2, headHash: createHash('sha256').update('another history').digest('hex') }
    await expect(verify(kept)).rejects.toThrow(/Entry 2 or one before it was altered: the head that you kept/)
  })

  test('in its signature is refused', async () => {
    const other = newSigningKey()
    const store = new MemoryStore()
    await signCheckpoint(store, { run, head, signingKey: other.privateKeyOpenSsh })
    const forged = await readBytes(store, `${journalPrefix(run)}checkpoint-00000004.json.sig`)
    files.set('checkpoint-00000004.json.sig', forged)
    await expect(verify()).rejects.toMatchObject({ type: 'integrity-mismatch' })
  })

  test('by taking its signatures away is refused', async () => {
    files.delete('checkpoint-00000004.json.sig')
    files.delete('checkpoint-00000004.json')
    await expect(verify()).rejects.toThrow(/no signed checkpoint/)
  })
})
