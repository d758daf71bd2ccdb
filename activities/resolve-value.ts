import type { SecretResolver } from '../connectors/connector.ts'
import { isSecretReference } from '../contract/plan/secret-reference.ts'

/** A public value of the plan that may also be given by reference: a recipient's key, a bucket. */
export async function resolveValue(
  dependencies: { resolveSecret: SecretResolver },
  value: string,
): Promise<string> {
  return isSecretReference(value) ? (await dependencies.resolveSecret(value)).trim() : value
}
