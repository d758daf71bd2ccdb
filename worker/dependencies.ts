import type { ActivityDependencies } from '../activities/dependencies.ts'
import { connectors } from '../connectors/registry.ts'
import { resolveSecret } from '../connectors/secrets.ts'
import { S3Store } from '../store/s3-store.ts'
import { s3SettingsFromEnvironment } from '../store/settings.ts'
import { keyringFromEnvironment } from '../temporal/keyring.ts'

/** What activities reach outside themselves, as this process's environment says. */
export function dependenciesFromEnvironment(environment: NodeJS.ProcessEnv): ActivityDependencies {
  const stores = new Map<string, S3Store>()
  return {
    storeOf(bucket) {
      const known = stores.get(bucket)
      if (known) return known
      const store = new S3Store(s3SettingsFromEnvironment(bucket, environment))
      stores.set(bucket, store)
      return store
    },
    connectors,
    resolveSecret: (reference) => resolveSecret(reference),
    keyring: keyringFromEnvironment(environment),
  }
}
