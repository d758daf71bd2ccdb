import { z } from 'zod'
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

/** The JSON Schema (draft 2020-12) of a plan as it is written, published as `docs/plan.schema.json` for editors. */
export function planJsonSchema(): JsonSchema {
  return { title: 'Reversibility plan', ...jsonSchemaOf(planSchema) }
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
