import type { ConnectorType, SecretResolver } from '../connectors/connector.ts'
import type { ObjectStore } from '../store/object-store.ts'
import type { Keyring } from '../temporal/keyring.ts'

/** Everything that activities reach outside themselves. */
export interface ActivityDependencies {
  /** One store a bucket, made once. */
  storeOf(bucket: string): ObjectStore
  connectors: ReadonlyMap<string, ConnectorType>
  resolveSecret: SecretResolver
  keyring: Keyring
}
