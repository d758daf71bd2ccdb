// Writes the published JSON Schemas from the zod schemas they are made of: npm run schemas
import { writeFileSync } from 'node:fs'
import { connectors } from '../connectors/registry.ts'
import { planJsonSchema } from '../contract/plan/json-schema.ts'
import { reportJsonSchema } from '../contract/report-schema.ts'

const schemas = { plan: planJsonSchema(connectors), report: reportJsonSchema() }

for (const [name, schema] of Object.entries(schemas)) {
  writeFileSync(
    new URL(`../docs/${name}.schema.json`, import.meta.url),
    `${JSON.stringify(schema, null, 2)}\n`,
  )
}
