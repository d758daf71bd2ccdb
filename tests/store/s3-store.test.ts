import { randomBytes } from 'node:crypto'
import { CreateMultipartUploadCommand, UploadPartCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { readBytes } from '../../store/json.ts'
import { S3Store } from '../../store/s3-store.ts'
import { freshPrefix, testS3Client } from '../support/bucket.ts'

const { prefix, bucket, region, endpoint } = freshPrefix('store')
let store: S3Store

beforeAll(() => {
  Object.assign(process.env, inject('stack').environment)
  store = new S3Store({ bucket, region, endpoint })
})
afterAll(() => store.close())

async function* inChunks(bytes: Buffer, size: number): AsyncIterable<Uint8Array> {
  for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size)
}

const put = async (key: string, body: Parameters<S3Store['put']>[1]) => {
  const result = await store.put(`${prefix}${key}`, body)
  if (!result.created) throw new Error('refused')
  return result.object
}

test('what is stored in many parts is read back the same', async () => {
  const bytes = randomBytes(37 * 1024 * 1024 + 1)
  const object = await put('large', inChunks(bytes, 300_001))
  expect(object.bytes).toBe(bytes.length)
  expect((await readBytes(store, object.key, { versionId: object.versionId })).equals(bytes)).toBe(true)
})

test('nothing at all can be stored too', async () => {
  const object = await put('empty', inChunks(Buffer.alloc(0), 1))
  expect(await readBytes(store, object.key)).toHaveLength(0)
})

test('a version is read as it was, whatever came after', async () => {
  const first = await put('versioned', Buffer.from('one'))
  await put('versioned', Buffer.from('two'))
  expect((await readBytes(store, first.key, { versionId: first.versionId })).toString()).toBe('one')
  expect((await readBytes(store, first.key)).toString()).toBe('two')
})

test('a key that is taken is left alone when asked', async () => {
  await put('once', Buffer.from('one'))
  const again = await store.put(`${prefix}once`, Buffer.from('two'), { ifAbsent: true })
  expect(again.created).toBe(false)
  expect((await readBytes(store, `${prefix}once`)).toString()).toBe('one')
})

test('every version is listed, and gone for good once deleted', async () => {
  for (const text of ['one', 'two', 'three']) await put('gone/file', Buffer.from(text))
  const found = []
  for await (const version of store.listVersions(`${prefix}gone/`)) found.push(version)
  expect(found).toHaveLength(3)
  expect(found.filter(({ isLatest }) => isLatest)).toHaveLength(1)
  for (const { key, versionId } of found) await store.deleteVersion(key, versionId)
  for await (const version of store.listVersions(`${prefix}gone/`))
    throw new Error(`${version.key} is still there`)
  expect(await store.head(`${prefix}gone/file`)).toBeUndefined()
})

test('a missing object is said to be missing', async () => {
  await expect(readBytes(store, `${prefix}nothing`)).rejects.toMatchObject({ type: 'not-found' })
  expect(await store.head(`${prefix}nothing`)).toBeUndefined()
})

test('a missing bucket is named with its remedy', async () => {
  const other = new S3Store({ bucket: 'no-such-bucket-here', region, endpoint })
  await expect(other.put('x', Buffer.from('x'))).rejects.toMatchObject({
    type: 'not-found',
    message: expect.stringMatching(/no-such-bucket-here/),
  })
  other.close()
})

test('a retained version cannot be deleted before its time', async () => {
  const object = await put('locked', Buffer.from('proof'))
  await store.retain(object.key, object.versionId!, new Date(Date.now() + 60_000))
  await expect(store.deleteVersion(object.key, object.versionId!)).rejects.toMatchObject({
    type: 'access-denied',
  })
})

test('an upload that is stopped leaves no object', async () => {
  const stopping = new AbortController()
  const endless = async function* () {
    for (let sent = 0; ; sent += 1) {
      if (sent === 40) stopping.abort()
      yield Buffer.alloc(1024 * 1024)
    }
  }
  await expect(store.put(`${prefix}stopped`, endless(), { signal: stopping.signal })).rejects.toMatchObject({
    type: 'cancelled',
  })
  expect(await store.head(`${prefix}stopped`)).toBeUndefined()
})

test('a source that fails in the middle leaves no object, and its own error', async () => {
  const failing = async function* () {
    yield Buffer.alloc(1024 * 1024)
    throw new Error('the table went away')
  }
  await expect(store.put(`${prefix}failed`, failing())).rejects.toThrow(/the table went away/)
  expect(await store.head(`${prefix}failed`)).toBeUndefined()
})

test('a link lets its holder read one object', async () => {
  const object = await put('linked', Buffer.from('for you'))
  const answer = await fetch(await store.presign(object.key, { expiresSeconds: 60 }))
  expect(await answer.text()).toBe('for you')
})

test('a server that does not answer is named with its remedy', async () => {
  const nowhere = new S3Store({ bucket, region, endpoint: 'http://127.0.0.1:9' })
  await expect(nowhere.head('x')).rejects.toMatchObject({
    type: 'unavailable',
    remedy: expect.stringMatching(/S3 server/),
  })
  nowhere.close()
})

test('an upload that was begun and never finished is found under its prefix, and what it held is gone', async () => {
  const client = testS3Client()
  try {
    const Key = `${prefix}unfinished/part-00000`
    const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key }))
    const upload = { Bucket: bucket, Key, UploadId, PartNumber: 1 }
    await client.send(new UploadPartCommand({ ...upload, Body: randomBytes(1024) }))
    expect(await store.abandonUploads(`${prefix}elsewhere/`)).toBe(0)
    expect(await store.abandonUploads(`${prefix}unfinished/`)).toBe(1)
    expect(await store.abandonUploads(`${prefix}unfinished/`)).toBe(0)
    await expect(
      client.send(new UploadPartCommand({ ...upload, Body: randomBytes(1024) })),
    ).rejects.toMatchObject({ name: 'NoSuchUpload' })
  } finally {
    client.destroy()
  }
})
