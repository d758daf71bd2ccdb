import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Client, Connection } from '@temporalio/client'
import type { DataConverter } from '@temporalio/common'
import { loadClientConnectConfig } from '@temporalio/envconfig'
import { ReversibilityError } from '../contract/errors.ts'
import { EncryptionCodec } from './codec.ts'
import type { Keyring } from './keyring.ts'

/** Where the Temporal server is and how to be let in, from the standard profiles and `TEMPORAL_*` variables. */
export function connectionSettings(environment: NodeJS.ProcessEnv) {
  const overrides: Record<string, string> = {}
  for (const [name, value] of Object.entries(environment)) if (value !== undefined) overrides[name] = value
  return loadClientConnectConfig({ overrideEnvVars: overrides })
}

/** Encrypts payloads, and failures' messages and stacks too. */
export function encryptedDataConverter(keyring: Keyring): DataConverter {
  return {
    payloadCodecs: [new EncryptionCodec(keyring)],
    failureConverterPath: fileURLToPath(
      new URL(`./failure-converter${extname(import.meta.url)}`, import.meta.url),
    ),
  }
}

/** Connects; a server that does not answer ends in one clear error. */
export async function connect(environment: NodeJS.ProcessEnv, keyring: Keyring): Promise<Client> {
  const settings = connectionSettings(environment)
  const address = settings.connectionOptions.address ?? 'localhost:7233'
  try {
    const connection = await Connection.connect({ connectTimeout: '10s', ...settings.connectionOptions })
    return new Client({
      connection,
      namespace: settings.namespace ?? 'default',
      dataConverter: encryptedDataConverter(keyring),
    })
  } catch (cause) {
    throw new ReversibilityError('unavailable', `The Temporal server at ${address} does not answer.`, {
      remedy: 'Start it (locally: `reversibility stack up`) or correct TEMPORAL_ADDRESS.',
      cause,
    })
  }
}
