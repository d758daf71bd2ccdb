import { ReversibilityError } from '../contract/errors.ts'
import type { ConnectorType } from './connector.ts'
import { files } from './files/index.ts'
import { postgresql } from './postgresql/index.ts'

/** Every connector there is, by kind. Adding one is a line here and a pass of `tests/connectors/conformance.ts`. */
export const connectors: ReadonlyMap<string, ConnectorType> = new Map(
  [files, postgresql].map((type): [string, ConnectorType] => [type.kind, type]),
)

/** The connector a plan names. Throws `unsupported`, naming those there are. */
export function connectorOf(kind: string): ConnectorType {
  const type = connectors.get(kind)
  if (type === undefined) {
    throw new ReversibilityError('unsupported', `There is no connector ${JSON.stringify(kind)}.`, {
      remedy: `Use one of: ${[...connectors.keys()].sort().join(', ')}.`,
      subject: kind,
    })
  }
  return type
}
