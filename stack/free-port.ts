import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'
import { StackError } from './stack-error.ts'

/** Below the range from which systems take ports for outgoing connections, so that a kept port stays free. */
const firstPort = 20_000
const lastPort = 29_999

/** The port kept from the last start when it is still free, else another. Loopback only. */
export async function choosePort(kept: number | undefined): Promise<number> {
  if (kept !== undefined && (await isFree(kept))) return kept
  for (let attempt = 0; attempt < 200; attempt++) {
    const port = randomInt(firstPort, lastPort + 1)
    if (await isFree(port)) return port
  }
  throw new StackError('unavailable', `No free port between ${firstPort} and ${lastPort} on 127.0.0.1.`, {
    remedy: 'Stop what listens there, or give the addresses of running servers in the environment.',
  })
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)))
  })
}
