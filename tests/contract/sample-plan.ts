import { z } from 'zod'
import { compilePlan } from '../../contract/plan/compile.ts'
import type { ConnectorShape, ConnectorShapes } from '../../contract/plan/connector-shape.ts'
import type { Plan } from '../../contract/plan/plan.ts'
import type { PlanProblem } from '../../contract/plan/problem.ts'
import { isSecretReference } from '../../contract/plan/secret-reference.ts'

const reference = z.string().refine(isSecretReference, 'Give a reference to the secret.')

const shapes: ConnectorShape[] = [
  {
    kind: 'database',
    config: z.union([
      z.strictObject({ url: reference.describe('Reference to the address') }),
      z.strictObject({
        host: z.string(),
        port: z.int().default(1),
        database: z.string(),
        password: reference,
      }),
    ]),
    capabilities: ['restore', 'probeAccess'],
    restore: { target: z.strictObject({ server: reference }) },
  },
  {
    kind: 'share',
    config: z.strictObject({ root: z.string().startsWith('/', 'it must be an absolute path') }),
    capabilities: ['locateDocuments'],
  },
]

/** Two connectors that need no server: one restores, the other finds documents. */
export const connectors: ConnectorShapes = new Map(shapes.map((shape) => [shape.kind, shape]))

/** A plan in which every section is used; line numbers in tests are found by what stands there. */
export const samplePlan = `reversibility: 1
contract:
  id: acme-it
  title: Acme IT
  language: en
  parties:
    client: { name: Acme, country: FR }
    provider: { name: Boreal Hosting, country: BE }
  trades: [infrastructure, help-desk]
  start: 2024-01-01
  end: 2027-06-30
  renewal: { mode: tacit, duration: P1Y, notice: P6M }
  earlyTermination:
    client: { notice: P6M }
    provider: { notice: P12M }
  policies: [eu-data-act@1, gdpr@1, infogerance-practice@1]
  clauses:
    - { id: give-back, title: Return of all data, article: Article 18.2, from: notice, to: return, duration: P3M }
  calendar: { country: FR, timeZone: Europe/Paris }
  confidentiality: confidential
outcome: successor
successor: { name: Calluna, country: FR }
people:
  - { id: op, roles: [operator], auth: { method: oidc, subject: op-1 } }
  - { id: cio, roles: [client, approver], email: cio@example.com }
  - { id: next, roles: [successor] }
scope:
  services:
    - id: erp-run
      title: Running the ERP
      trade: infrastructure
      interventions: [hotline-n1, administration]
      equipment: [servers]
      sources: [erp, docs]
      volumes: [{ title: Tickets a month, quantity: 120 }]
      criticality: critical
  exclusions:
    - { id: old, title: Old archives, system: 'postgresql://db:5432/old', reason: Purged, workUnits: 2, price: { amount: 900, currency: EUR } }
sources:
  - id: erp
    title: ERP database
    connector: database
    config: { url: env:ERP_URL }
    allowedHours: [{ days: [mon, tue], from: '20:00', to: '06:00' }]
    limits: { bandwidth: 50 MB, connections: 2 }
    delta: re-read
    region: eu-west-3
    expected: { bytes: 2 GiB, records: 300000, billing: { per: 100 GB, workUnits: 2 } }
  - id: docs
    title: Documents
    connector: share
    config: { root: /srv/docs }
    serviceEvidence: event-logs
locations:
  allowedRegions: [eu-west-3, eu-central-1]
  main: [eu-west-3]
  backup:
    - { region: eu-central-1, title: Vault, holds: [erp] }
subcontractors:
  - { id: vault, name: Vault Ltd, country: DE, holds: [erp], attestations: [return, erasure] }
documents:
  - { id: dex, title: Operations file, kind: operations-file, owner: op, from: { source: docs, path: 'ops/*.pdf' }, maxAge: P12M, acknowledgedBy: cio }
assets:
  - { id: lic, title: ERP licence, kind: licence, holder: provider, disposition: transfer, owner: op, services: [erp-run] }
knowledge:
  - id: daily
    title: Daily work
    sessions: [{ kind: workshop, hours: 4 }]
    owner: op
    receivers: [next]
    evidence: [recording]
    gate: { score: 3, outOf: 5 }
delivery:
  bucket: handover-acme
  region: eu-west-3
  recipients: [age1uja4chmgj9f6d2s6jxs46e0jt7e0daglqdf92gq50yxdydh8j3nq5ja2p7]
  signingKey: file:/run/secrets/signing-key
  publicKey: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f pinned
  retention: P90D
notifications:
  email: [cio@example.com]
  webhooks: [{ url: 'https://hooks.example.com/in', secret: env:HOOK_SECRET }]
rehearsal:
  schedule: { cron: '0 3 1 */3 *', timeZone: Europe/Paris, alertAfter: PT6H }
  depth: full
  restoreTargets:
    erp: { region: eu-west-3, config: { server: env:SCRATCH_URL } }
  thresholds: { minimumScore: 80 }
  allowedDuration: P2D
`

/** The sample plan with some of its text replaced; what is to be replaced must be there, once. */
export function altered(...changes: readonly (readonly [from: string, to: string])[]): string {
  let text = samplePlan
  for (const [from, to] of changes) {
    if (text.split(from).length !== 2) throw new Error(`not there exactly once: ${from}`)
    text = text.replace(from, () => to)
  }
  return text
}

export function problemsOf(text: string): PlanProblem[] {
  return compilePlan({ text, fileName: 'plan.yaml', connectors }).problems ?? []
}

/** A plan that must compile. */
export function planOf(text: string): Plan {
  const compiled = compilePlan({ text, fileName: 'plan.yaml', connectors })
  if (compiled.problems) throw new Error(JSON.stringify(compiled.problems, null, 2))
  return compiled.plan
}
