import type { z } from 'zod'

/**
 * What compiling a plan needs to know of a connector. Written out here because this folder imports nothing of
 * `connectors/`; every `ConnectorType` fits it.
 */
export interface ConnectorShape {
  readonly kind: string
  readonly config: z.ZodType
  readonly capabilities: readonly string[]
  readonly restore?: { readonly target: z.ZodType } | undefined
}

export type ConnectorShapes = ReadonlyMap<string, ConnectorShape>
