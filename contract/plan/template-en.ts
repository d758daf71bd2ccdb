export const templateEn = `# Reversibility plan. Check it at any time: reversibility plan check plan.yaml
# An editor that reads YAML completes the fields: reversibility plan schema > plan.schema.json, then
# yaml-language-server: $schema=./plan.schema.json
# No secret in here: only where it is found, env:NAME, file:/absolute/path or command:program argument.
reversibility: 1

contract:
  id: to-be-filled-in # lower-case letters, digits and hyphens: first part of every key in the bucket
  title: To be filled in
  language: en # language of reports, records and packages
  parties:
    client: { name: To be filled in, country: FR }
    provider: { name: To be filled in, country: FR }
  trades: [infrastructure] # infrastructure, tma, asp, bpo, help-desk, production, selective, global
  start: {{start}}
  end: {{end}}
  renewal: { mode: tacit, duration: P1Y, notice: P6M }
  earlyTermination:
    client: { notice: P6M }
    provider: { notice: P12M }
  # The clocks that apply; reversibility plan clocks plan.yaml shows them dated, article by article.
  policies: [gdpr@1, infogerance-practice@1]
  # Time limits of the contract itself, with their clause:
  clauses: []
  #  - { id: return, title: Return of the data, article: Article 18.2, from: notice, to: return, duration: P3M }
  calendar: { country: FR, timeZone: Europe/Paris }
  confidentiality: confidential # public, internal, confidential, secret

outcome: in-house # in-house (back to the client), successor (another provider), erase-only
# successor: { name: To be filled in, country: FR }

people:
  # roles: operator, approver, client, successor, auditor. Journals hold the id only.
  - { id: operator, roles: [operator] }
  - { id: client-cio, roles: [client, approver] }

scope:
  services:
    - id: hosting
      title: To be filled in
      trade: infrastructure
      interventions: [hotline-n1, administration, backup]
      equipment: [servers]
      sources: [database, share]
      criticality: important # critical, important, standard
  # What is agreed not to be handed over, and why:
  exclusions: []
  #  - { id: archives, title: Archives 2019, system: 'postgresql://server:5432/archives', reason: Purged, workUnits: 2 }

sources:
  - id: database
    title: Database
    connector: postgresql
    config: { url: env:DATABASE_URL } # postgresql://user:password@server:5432/database
    allowedHours:
      - { days: [mon, tue, wed, thu, fri], from: '20:00', to: '06:00' }
    limits: { bandwidth: 50 MB, connections: 4 } # a second
    region: eu-west-3
    expected: { bytes: 10 GB, tolerancePercent: 50 }
  - id: share
    title: File share
    connector: files
    config: { root: /srv/share }
    include: ['**']
    exclude: ['**/*.tmp']
    region: eu-west-3

locations:
  allowedRegions: [eu-west-3] # any other region is refused
  main: [eu-west-3]
  backup: []
  disasterRecovery: []

subcontractors: []
#  - { id: backup, name: To be filled in, country: FR, holds: [database], attestations: [return, erasure] }

documents:
  - id: operations-file
    title: Operations file
    kind: operations-file
    owner: operator
    from: { source: share, path: 'Documentation/Operations*.pdf' }
    maxAge: P12M
    acknowledgedBy: client-cio

assets: []
#  - { id: erp-licence, title: Licence of the ERP, kind: licence, holder: provider, disposition: transfer, owner: operator }

knowledge: []
#  - id: operations
#    title: Daily operations
#    sessions: [{ kind: workshop, hours: 4 }, { kind: teach-back, hours: 2 }]
#    owner: operator
#    receivers: [client-cio]
#    evidence: [recording of the session]
#    gate: { score: 3, outOf: 5 }

delivery:
  bucket: env:S3_BUCKET
  region: eu-west-3
  recipients: [env:CLIENT_RECIPIENT] # the client's public key, age1…; the provider has none that opens
  signingKey: env:SIGNING_KEY # OpenSSH Ed25519 private key: reversibility keys new
  publicKey: env:SIGNING_PUBLIC_KEY # ssh-ed25519 …, given to the client when the contract starts
  retention: P90D

notifications:
  email: []
  webhooks: []

rehearsal:
  schedule: { cron: '0 3 1 */3 *' } # the first day of every quarter, at 3:00
  depth: full
  restoreTargets:
    database: { region: eu-west-3, config: { server: env:SCRATCH_URL } }
  thresholds: { minimumScore: 80 }
`
