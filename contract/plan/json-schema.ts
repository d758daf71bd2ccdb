import { z } from 'zod'
import type { ConnectorShapes } from './connector-shape.ts'
import type { PlanPath } from './problem.ts'
import { planSchema } from './schema/plan-schema.ts'

export interface JsonSchema {
  properties?: Record<string, JsonSchema>
  items?: JsonSchema
  additionalProperties?: JsonSchema | boolean
  anyOf?: JsonSchema[]
  oneOf?: JsonSchema[]
  description?: string
  [keyword: string]: unknown
}

/**
 * The JSON Schema (draft 2020-12) of a plan as it is written, for editors; published as `docs/plan.schema.json`.
 * With connectors, it also says what each of them takes under `config`.
 */
export function planJsonSchema(connectors: ConnectorShapes = new Map()): JsonSchema {
  const schema: JsonSchema = { title: 'Reversibility plan', ...jsonSchemaOf(planSchema) }
  const source = schema.properties?.sources?.items
  if (source === undefined || connectors.size === 0) return schema
  const known = [...connectors.values()]
  source.properties = {
    ...source.properties,
    connector: { ...source.properties?.connector, enum: known.map(({ kind }) => kind) },
  }
  source.allOf = known.map(({ kind, config }) => {
    const { $schema: _, ...configSchema } = jsonSchemaOf(config)
    return {
      if: { properties: { connector: { const: kind } } },
      // biome-ignore lint/suspicious/noThenProperty: it is JSON Schema's own keyword, and nothing awaits this.
      then: { properties: { config: configSchema } },
    }
  })
  return schema
}

export function jsonSchemaOf(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema
}

/** The schemas that may apply at a path: several where alternatives are. */
export function schemasAt(root: JsonSchema, path: PlanPath): JsonSchema[] {
  let current = alternatives(root)
  for (const step of path) {
    current = current.flatMap((schema) => {
      const { additionalProperties: additional } = schema
      const child =
        typeof step === 'number'
          ? schema.items
          : (schema.properties?.[step] ?? (typeof additional === 'object' ? additional : undefined))
      return child === undefined ? [] : alternatives(child)
    })
  }
  return current
}

function alternatives(schema: JsonSchema): JsonSchema[] {
  const branches = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])]
  return branches.length === 0 ? [schema] : branches.flatMap(alternatives)
}
