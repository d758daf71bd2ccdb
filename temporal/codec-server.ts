import { createServer, type IncomingMessage, type Server } from 'node:http'
import { text } from 'node:stream/consumers'
import type { Payload } from '@temporalio/common'
import { EncryptionCodec } from './codec.ts'
import type { Keyring } from './keyring.ts'

/** A payload as Temporal's HTTP codec protocol writes it: metadata and data in base64. */
interface JsonPayload {
  metadata?: Record<string, string>
  data?: string
}

const maxBodyBytes = 8 * 1024 * 1024

/**
 * The codec endpoint that the Temporal UI asks to show payloads in clear (`POST /decode`). Answers browsers that show
 * the given origin only, and holds no credential of its own: it is meant for loopback, beside the person who looks.
 */
export function codecServer(keyring: Keyring, uiOrigin: string): Server {
  const codec = new EncryptionCodec(keyring)
  return createServer(async (request, response) => {
    const origin = request.headers.origin
    // A page of another origin must not have a person's browser decrypt for it.
    if (origin !== undefined && origin !== uiOrigin) return void response.writeHead(403).end()
    response.setHeader('Access-Control-Allow-Origin', uiOrigin)
    response.setHeader('Access-Control-Allow-Headers', 'content-type,x-namespace')
    response.setHeader('Vary', 'Origin')
    if (request.method === 'OPTIONS') return void response.writeHead(204).end()
    if (request.method !== 'POST' || request.url !== '/decode') return void response.writeHead(404).end()
    try {
      const payloads = await codec.decode(await readPayloads(request))
      response.setHeader('Content-Type', 'application/json')
      response.end(JSON.stringify({ payloads: payloads.map(toJson) }))
    } catch {
      // What went wrong is the asker's: a body that is no payload, or one of another keyring.
      response.writeHead(400).end()
    }
  })
}

async function readPayloads(request: IncomingMessage): Promise<Payload[]> {
  if (Number(request.headers['content-length'] ?? Number.POSITIVE_INFINITY) > maxBodyBytes)
    throw new RangeError('too large')
  const { payloads } = JSON.parse(await text(request)) as { payloads: JsonPayload[] }
  return payloads.map(({ metadata = {}, data = '' }) => ({
    metadata: Object.fromEntries(
      Object.entries(metadata).map(([name, value]) => [name, Buffer.from(value, 'base64')]),
    ),
    data: Buffer.from(data, 'base64'),
  }))
}

function toJson({ metadata, data }: Payload): JsonPayload {
  const base64 = (bytes: Uint8Array | null | undefined) => Buffer.from(bytes ?? []).toString('base64')
  return {
    metadata: Object.fromEntries(
      Object.entries(metadata ?? {}).map(([name, value]) => [name, base64(value)]),
    ),
    data: base64(data),
  }
}
