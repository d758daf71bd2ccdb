import { z } from 'zod'
import { findingCodes, severities } from './finding.ts'
import { type RunReport, verdicts } from './report.ts'
import { runKinds } from './status.ts'

const count = z.int().nonnegative()
const seconds = z.number().nonnegative()
const instant = z.iso.datetime({ offset: true })
const sha256 = z.string().regex(/^[0-9a-f]{64}$/)

const fingerprint = z
  .strictObject({ records: count, digest: z.string().regex(/^[0-9a-f]{16}$/) })
  .describe('Record count and order-free digest, as the package format defines them')

const finding = z
  .strictObject({
    code: z.enum(findingCodes),
    severity: z.enum(severities),
    subject: z.string().min(1).describe('What it concerns: source:erp, document:dex'),
    values: z.record(z.string(), z.union([z.string(), z.number()])).describe('The facts'),
  })
  .describe('Something that a person should know')

const failure = z.strictObject({ type: z.string(), message: z.string(), remedy: z.string() })

const dataset = z
  .strictObject({
    sourceId: z.string(),
    datasetId: z.string(),
    kind: z.string(),
    source: fingerprint.nullable().describe('Counted at the source; null when it holds no records'),
    package: fingerprint.nullable().describe('Counted in the delivered volumes'),
    restored: fingerprint.nullable().describe('Counted in the restored copy'),
    deliveredBytes: count,
    plainBytes: count,
  })
  .describe('One dataset, its three counts side by side')

const source = z.strictObject({
  sourceId: z.string(),
  title: z.string(),
  connector: z.string(),
  address: z.string().describe('What the source is, without credentials'),
  outcome: z.enum(['verified', 'restored', 'failed']),
  failure: failure.exactOptional(),
  epoch: count.describe('From 1; 0 when none was opened'),
  openedAt: instant.exactOptional().describe('The instant that everything exported is of'),
  rootSha256: sha256
    .exactOptional()
    .describe('SHA-256 of the canonical root statement, which is what is signed'),
  encrypted: z.boolean(),
  totals: z.strictObject({
    datasets: count,
    records: count,
    plainBytes: count,
    deliveredBytes: count,
    volumes: count,
    omissions: count,
  }),
  seconds: z
    .strictObject({ discover: seconds, extract: seconds, seal: seconds, restore: seconds, total: seconds })
    .describe('Wall-clock seconds of each step'),
  datasets: z.array(dataset),
  findings: z.array(finding),
})

const document = z.strictObject({
  id: z.string(),
  title: z.string(),
  required: z.boolean(),
  owner: z.string().describe("A person's id in the plan"),
  state: z.enum(['present', 'missing', 'stale']),
  path: z.string().exactOptional(),
  modifiedAt: instant.exactOptional(),
  maxAgeDays: z.number().nonnegative().exactOptional(),
})

const clock = z.strictObject({
  id: z.string(),
  title: z.string(),
  source: z.string().describe('Article or clause'),
  allowedSeconds: seconds,
  neededSeconds: seconds,
  holds: z.boolean(),
})

/** The JSON report at the edges: what is written is checked against it, and so is what is read back. */
export const runReportSchema = z
  .strictObject({
    version: z.literal(1),
    kind: z.enum(runKinds),
    contract: z.strictObject({
      id: z.string(),
      title: z.string(),
      client: z.string(),
      provider: z.string(),
      end: z.string().describe('Day the contract ends, YYYY-MM-DD'),
    }),
    runId: z.string(),
    planSha256: sha256,
    startedAt: instant,
    endedAt: instant,
    verdict: z.enum(verdicts).describe('Could the client leave?'),
    sources: z.array(source),
    documents: z.array(document),
    forecast: z
      .strictObject({ extractionSeconds: seconds, restoreSeconds: seconds, clocks: z.array(clock) })
      .describe('How long the real run would take, from the speed measured, against each clock'),
    findings: z.array(finding).describe('All of them, most severe first'),
    journal: z.strictObject({ sequence: count, headHash: sha256 }),
    copiesErased: z.boolean(),
  })
  .describe('What a run of a reversibility plan came to')

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false
/** Does not compile when the schema and the type drift apart. */
const schemaMatchesType: Same<z.infer<typeof runReportSchema>, RunReport> = true
void schemaMatchesType

/** JSON Schema (draft 2020-12) of the JSON report, published as `docs/report.schema.json`. */
export function reportJsonSchema(): Record<string, unknown> {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Report of a run',
    ...z.toJSONSchema(runReportSchema, { target: 'draft-2020-12' }),
  }
}
