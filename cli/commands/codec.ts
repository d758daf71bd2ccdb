import { once } from 'node:events'
import { type Command, InvalidArgumentError } from 'commander'
import { codecServer } from '../../temporal/codec-server.ts'
import { keyringFromEnvironment } from '../../temporal/keyring.ts'

/** `reversibility codec`: lets the Temporal UI show what is encrypted, on the machine of the person who looks. */
export function registerCodec(program: Command): void {
  program
    .command('codec')
    .description('Decode payloads for the Temporal UI, on this machine only')
    .option('--port <port>', 'where to listen, on 127.0.0.1', parsePort, 8081)
    .option('--ui <origin>', 'where the Temporal UI is shown from', 'http://localhost:8233')
    .addHelpText(
      'after',
      `
Set http://127.0.0.1:8081 as the "Codec Server" in the Temporal UI. The keys come from REVERSIBILITY_KEYRING.
Runs until Ctrl-C.`,
    )
    .action(async ({ port, ui }: { port: number; ui: string }) => {
      const server = codecServer(keyringFromEnvironment(process.env), ui)
      server.listen(port, '127.0.0.1')
      await once(server, 'listening')
      process.stderr.write(`Decoding for ${ui} on http://127.0.0.1:${port}\n`)
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => server.close())
      await once(server, 'close')
    })
}

function parsePort(value: string): number {
  const port = Number(value)
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new InvalidArgumentError('Give a number from 1 to 65535.')
  return port
}
