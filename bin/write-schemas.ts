// Writes the published JSON Schemas from the zod schemas they are made of: npm run schemas
import { writeFileSync } from 'node:fs'
import { connectors } from '../connectors/registry.ts'
import { planJsonSchema } from '../contract/plan/json-schema.ts'

writeFileSync(
  new URL('../docs/plan.schema.json', import.meta.url),
  `${JSON.stringify(planJsonSchema(connectors), null, 2)}\n`,
)
