import { describe, expect, test } from 'vitest'
import { compilePlan } from '../../contract/plan/compile.ts'
import { secretReferences } from '../../contract/plan/secret-references.ts'
import { altered, connectors, planOf, problemsOf, samplePlan } from './sample-plan.ts'

/** Line of the only place where a text stands. */
function lineOf(plan: string, text: string): number {
  return plan.slice(0, plan.indexOf(text)).split('\n').length
}

type Change = readonly [from: string, to: string]

interface Bad {
  name: string
  changes: readonly Change[]
  path: string
  /** Text on the line that the problem must point at. */
  on: string
  reason: RegExp
  remedy: RegExp
}

const bad: Bad[] = [
  {
    name: 'an unknown key, nearly right',
    changes: [['    connector: share', '    conector: share']],
    path: 'sources[1].conector',
    on: 'conector: share',
    reason: /`conector` is not a key of `sources\[1\]`\. Did you mean `connector`\?/,
    remedy: /spelling/,
  },
  {
    name: 'an unknown key, nothing like any',
    changes: [['outcome: successor', 'outcome: successor\nwhatever: 1']],
    path: 'whatever',
    on: 'whatever: 1',
    reason: /not a key of a plan/,
    remedy: /use one of: reversibility, contract/,
  },
  {
    name: 'a key that would reach into the language',
    changes: [['  title: Acme IT', '  title: Acme IT\n  __proto__: { a: 1 }']],
    path: 'contract.__proto__',
    on: '__proto__',
    reason: /`__proto__` is not a key of `contract`/,
    remedy: /Remove it/,
  },
  {
    name: 'a missing field',
    changes: [['  end: 2027-06-30\n', '']],
    path: 'contract.end',
    on: 'contract:',
    reason: /`end` is missing in `contract`/,
    remedy: /Add `end:`.*2027-06-30/,
  },
  {
    name: 'a missing section',
    changes: [
      [samplePlan.slice(samplePlan.indexOf('locations:'), samplePlan.indexOf('subcontractors:')), ''],
    ],
    path: 'locations',
    on: 'reversibility: 1',
    reason: /`locations` is missing/,
    remedy: /Add `locations:`/,
  },
  {
    name: 'another version of the format',
    changes: [['reversibility: 1', 'reversibility: 2']],
    path: 'reversibility',
    on: 'reversibility: 2',
    reason: /not version 1 of the plan format/,
    remedy: /Write 1/,
  },
  {
    name: 'a value of another type',
    changes: [['  trades: [infrastructure, help-desk]', '  trades: infrastructure']],
    path: 'contract.trades',
    on: 'trades:',
    reason: /a text where a list is expected/,
    remedy: /schema/,
  },
  {
    name: 'a number where a text is expected',
    changes: [['  title: Acme IT', '  title: 12']],
    path: 'contract.title',
    on: 'title: 12',
    reason: /a number where a text is expected/,
    remedy: /quotes/,
  },
  {
    name: 'an empty value',
    changes: [['  title: Acme IT', '  title:']],
    path: 'contract.title',
    on: '  title:\n',
    reason: /empty where a text is expected/,
    remedy: /./,
  },
  {
    name: 'an unknown word, nearly right',
    changes: [['[infrastructure, help-desk]', '[infrastructure, helpdesk]']],
    path: 'contract.trades[1]',
    on: 'helpdesk',
    reason: /`helpdesk` is not one.*Did you mean `help-desk`/,
    remedy: /Use one of: infrastructure, tma/,
  },
  {
    name: 'an unknown way to authenticate',
    changes: [['method: oidc', 'method: odic']],
    path: 'people[0].auth.method',
    on: 'odic',
    reason: /Did you mean `oidc`/,
    remedy: /oidc, local/,
  },
  {
    name: 'an id with capitals',
    changes: [['  id: acme-it', '  id: Acme IT']],
    path: 'contract.id',
    on: 'id: Acme IT',
    reason: /`Acme IT` is not an id/,
    remedy: /lower-case/,
  },
  {
    name: 'a day that does not exist',
    changes: [['end: 2027-06-30', 'end: 2027-06-31']],
    path: 'contract.end',
    on: '2027-06-31',
    reason: /not a date/,
    remedy: /2027-06-30/,
  },
  {
    name: 'dates out of order',
    changes: [['end: 2027-06-30', 'end: 2023-06-30']],
    path: 'contract.end',
    on: '2023-06-30',
    reason: /not after its start on 2024-01-01/,
    remedy: /in order/,
  },
  {
    name: 'a duration in words',
    changes: [['retention: P90D', 'retention: 90 days']],
    path: 'delivery.retention',
    on: '90 days',
    reason: /`90 days` is not a duration/,
    remedy: /P30D/,
  },
  {
    name: 'a size without unit',
    changes: [['bandwidth: 50 MB', 'bandwidth: fast']],
    path: 'sources[0].limits.bandwidth',
    on: 'bandwidth: fast',
    reason: /`fast` is not a size/,
    remedy: /50 MB/,
  },
  {
    name: 'a negative size',
    changes: [['bandwidth: 50 MB', 'bandwidth: -5']],
    path: 'sources[0].limits.bandwidth',
    on: 'bandwidth: -5',
    reason: /./,
    remedy: /./,
  },
  {
    name: 'a country that is none',
    changes: [['name: Vault Ltd, country: DE', 'name: Vault Ltd, country: XX']],
    path: 'subcontractors[0].country',
    on: 'country: XX',
    reason: /`XX` is not a country code/,
    remedy: /ISO 3166/,
  },
  {
    name: 'a currency that is none',
    changes: [['currency: EUR', 'currency: EURO']],
    path: 'scope.exclusions[0].price.currency',
    on: 'currency: EURO',
    reason: /not a currency/,
    remedy: /ISO 4217/,
  },
  {
    name: 'a time zone that is none',
    changes: [
      [
        'calendar: { country: FR, timeZone: Europe/Paris }',
        'calendar: { country: FR, timeZone: Europe/Pariss }',
      ],
    ],
    path: 'contract.calendar.timeZone',
    on: 'Europe/Pariss',
    reason: /not a time zone/,
    remedy: /Europe\/Paris/,
  },
  {
    name: 'a bare offset for a time zone',
    changes: [
      ['calendar: { country: FR, timeZone: Europe/Paris }', "calendar: { country: FR, timeZone: '+02:00' }"],
    ],
    path: 'contract.calendar.timeZone',
    on: '+02:00',
    reason: /not a time zone/,
    remedy: /IANA/,
  },
  {
    name: 'a cron expression with an hour too many',
    changes: [["cron: '0 3 1 */3 *'", "cron: '0 24 1 */3 *'"]],
    path: 'rehearsal.schedule.cron',
    on: '0 24 1',
    reason: /`24` does not fit the field hour/,
    remedy: /minute, hour/,
  },
  {
    name: 'a cron expression with a field too few',
    changes: [["cron: '0 3 1 */3 *'", "cron: '0 3 1 *'"]],
    path: 'rehearsal.schedule.cron',
    on: '0 3 1 *',
    reason: /4 fields instead of five/,
    remedy: /minute, hour/,
  },
  {
    name: 'a time of day without leading zero',
    changes: [["to: '06:00'", "to: '6:00'"]],
    path: 'sources[0].allowedHours[0].to',
    on: "'6:00'",
    reason: /not a time of day/,
    remedy: /./,
  },
  {
    name: 'an unknown connector',
    changes: [['connector: database', 'connector: databse']],
    path: 'sources[0].connector',
    on: 'databse',
    reason: /no connector `databse`\. Did you mean `database`/,
    remedy: /database, share/,
  },
  {
    name: "a connector's unknown key",
    changes: [['{ root: /srv/docs }', '{ root: /srv/docs, rot: 1 }']],
    path: 'sources[1].config.rot',
    on: 'rot: 1',
    reason: /`rot` is not a key of `config`/,
    remedy: /./,
  },
  {
    name: "a connector's field that does not fit",
    changes: [['{ root: /srv/docs }', '{ root: srv/docs }']],
    path: 'sources[1].config.root',
    on: 'root: srv/docs',
    reason: /absolute path/,
    remedy: /connector `share`/,
  },
  {
    name: "a connector's alternative with a part missing",
    changes: [['{ url: env:ERP_URL }', '{ host: db, password: env:P }']],
    path: 'sources[0].config.database',
    on: 'host: db',
    reason: /`database` is missing in `config`/,
    remedy: /Add `database:`/,
  },
  {
    name: 'two sources of one id',
    changes: [['  - id: docs\n', '  - id: erp\n']],
    path: 'sources[1].id',
    on: '  - id: erp\n    title: Documents',
    reason: /`erp` is used twice in `sources`/,
    remedy: /an id of its own/,
  },
  {
    name: 'a source that does not exist',
    changes: [['from: { source: docs,', 'from: { source: dosc,']],
    path: 'documents[0].from.source',
    on: 'dosc',
    reason: /`dosc` is not the id of a source.*Did you mean `docs`/,
    remedy: /erp, docs/,
  },
  {
    name: 'a person who does not exist',
    changes: [['acknowledgedBy: cio', 'acknowledgedBy: nobody']],
    path: 'documents[0].acknowledgedBy',
    on: 'acknowledgedBy: nobody',
    reason: /`nobody` is not the id of a person/,
    remedy: /op, cio, next/,
  },
  {
    name: 'a service that does not exist',
    changes: [['services: [erp-run]', 'services: [crm-run]']],
    path: 'assets[0].services[0]',
    on: 'crm-run',
    reason: /not the id of a service/,
    remedy: /erp-run/,
  },
  {
    name: 'a restore target for no source',
    changes: [['    erp: { region: eu-west-3, config:', '    crm: { region: eu-west-3, config:']],
    path: 'rehearsal.restoreTargets.crm',
    on: 'crm: {',
    reason: /`crm` is not the id of a source/,
    remedy: /erp, docs/,
  },
  {
    name: 'a restore target for a connector that cannot restore',
    changes: [
      [
        '    erp: { region: eu-west-3, config: { server: env:SCRATCH_URL } }',
        '    docs: { config: { folder: /tmp } }',
      ],
    ],
    path: 'rehearsal.restoreTargets.docs',
    on: 'docs: { config',
    reason: /`share` of source `docs` cannot restore/,
    remedy: /Remove this restore target/,
  },
  {
    name: 'a restore target without what it needs',
    changes: [['config: { server: env:SCRATCH_URL }', 'config: {}']],
    path: 'rehearsal.restoreTargets.erp.config.server',
    on: 'erp: { region: eu-west-3, config: {}',
    reason: /`server` is missing/,
    remedy: /Add `server:`/,
  },
  {
    name: 'documents from a connector that cannot look for them',
    changes: [['from: { source: docs,', 'from: { source: erp,']],
    path: 'documents[0].from.source',
    on: 'from: { source: erp',
    reason: /`database` of source `erp` cannot look for documents/,
    remedy: /owner supplies/,
  },
  {
    name: 'following changes of a connector that cannot',
    changes: [['delta: re-read', 'delta: logical-replication']],
    path: 'sources[0].delta',
    on: 'delta:',
    reason: /cannot follow changes/,
    remedy: /re-read/,
  },
  {
    name: 'a delivery outside the allowed regions',
    changes: [
      ['  bucket: handover-acme\n  region: eu-west-3', '  bucket: handover-acme\n  region: us-east-1'],
    ],
    path: 'delivery.region',
    on: 'us-east-1',
    reason: /delivery bucket is in `us-east-1`, outside/,
    remedy: /eu-west-3 or eu-central-1/,
  },
  {
    name: 'a backup outside the allowed regions',
    changes: [['region: eu-central-1, title: Vault', 'region: us-east-1, title: Vault']],
    path: 'locations.backup[0].region',
    on: 'us-east-1',
    reason: /copy is in `us-east-1`/,
    remedy: /allowedRegions/,
  },
  {
    name: 'a main copy outside the allowed regions',
    changes: [['  main: [eu-west-3]', '  main: [eu-west-2]']],
    path: 'locations.main[0]',
    on: 'eu-west-2',
    reason: /copy is in `eu-west-2`.*Did you mean `eu-west-3`/,
    remedy: /allowedRegions/,
  },
  {
    name: 'a restore target outside the allowed regions',
    changes: [['    erp: { region: eu-west-3', '    erp: { region: us-east-1']],
    path: 'rehearsal.restoreTargets.erp.region',
    on: 'us-east-1',
    reason: /restore target is in/,
    remedy: /allowedRegions/,
  },
  {
    name: 'an unknown policy',
    changes: [['gdpr@1,', 'rgpd@1,']],
    path: 'contract.policies[1]',
    on: 'rgpd@1',
    reason: /no policy `rgpd@1`/,
    remedy: /gdpr@1/,
  },
  {
    name: 'an unknown version of a policy',
    changes: [['gdpr@1,', 'gdpr@9,']],
    path: 'contract.policies[1]',
    on: 'gdpr@9',
    reason: /Did you mean `gdpr@1`/,
    remedy: /eu-data-act@1/,
  },
  {
    name: 'nobody to operate',
    changes: [['roles: [operator]', 'roles: [approver]']],
    path: 'people',
    on: 'people:',
    reason: /Nobody has the role `operator`/,
    remedy: /Give the role `operator`/,
  },
  {
    name: 'no receiver at the successor',
    changes: [['roles: [successor]', 'roles: [auditor]']],
    path: 'people',
    on: 'people:',
    reason: /Nobody has the role `successor`/,
    remedy: /Give the role/,
  },
  {
    name: 'one person on both sides',
    changes: [
      ['roles: [operator]', 'roles: [operator, client]'],
      ['roles: [client, approver]', 'roles: [approver]'],
    ],
    path: 'people[0].roles',
    on: '{ id: op,',
    reason: /erasure needs two people/,
    remedy: /two people/,
  },
  {
    name: 'one account for two people',
    changes: [
      [
        '- { id: next, roles: [successor] }',
        '- { id: next, roles: [successor], auth: { method: oidc, subject: op-1 } }',
      ],
    ],
    path: 'people[2].auth.subject',
    on: 'id: next',
    reason: /authenticate as the same one/,
    remedy: /their own account/,
  },
  {
    name: 'a successor for an exit in-house',
    changes: [['outcome: successor', 'outcome: in-house']],
    path: 'successor',
    on: 'successor: { name: Calluna',
    reason: /A successor is named, and the outcome is `in-house`/,
    remedy: /Remove `successor`/,
  },
  {
    name: 'no successor for the outcome successor',
    changes: [['successor: { name: Calluna, country: FR }\n', '']],
    path: 'outcome',
    on: 'outcome: successor',
    reason: /no successor is named/,
    remedy: /Add `successor:`/,
  },
  {
    name: 'a service of a trade that the contract does not have',
    changes: [['      trade: infrastructure', '      trade: bpo']],
    path: 'scope.services[0].trade',
    on: 'trade: bpo',
    reason: /`bpo` is not one of the contract's/,
    remedy: /infrastructure, help-desk/,
  },
  {
    name: 'a source in no service',
    changes: [['sources: [erp, docs]', 'sources: [erp]']],
    path: 'sources[1].id',
    on: '  - id: docs',
    reason: /`docs` belongs to no service/,
    remedy: /scope\.services/,
  },
  {
    name: 'a gate that nobody can reach',
    changes: [['gate: { score: 3, outOf: 5 }', 'gate: { score: 6, outOf: 5 }']],
    path: 'knowledge[0].gate.score',
    on: 'gate:',
    reason: /6 out of 5/,
    remedy: /5 at most/,
  },
  {
    name: 'an age recipient with a letter wrong',
    changes: [['ja2p7]', 'ja2pq]']],
    path: 'delivery.recipients[0]',
    on: 'recipients:',
    reason: /checksum/,
    remedy: /age-keygen/,
  },
  {
    name: 'a public key cut short',
    changes: [['HR4f pinned', 'HR pinned']],
    path: 'delivery.publicKey',
    on: 'publicKey:',
    reason: /not an Ed25519 public key/,
    remedy: /\.pub/,
  },
  {
    name: 'a web hook without encryption',
    changes: [['https://hooks.example.com/in', 'http://hooks.example.com/in']],
    path: 'notifications.webhooks[0].url',
    on: 'hooks.example.com',
    reason: /https/,
    remedy: /https/,
  },
  {
    name: 'an address that is no e-mail address',
    changes: [['notifications:\n  email: [cio@example.com]', 'notifications:\n  email: [cio.example.com]']],
    path: 'notifications.email[0]',
    on: 'cio.example.com',
    reason: /not an e-mail address/,
    remedy: /./,
  },
]

describe('a plan that holds', () => {
  test('compiles into plain JSON with sizes in bytes and defaults filled in', () => {
    const plan = planOf(samplePlan)
    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan)
    expect(plan.sources[0]?.limits).toEqual({ bandwidth: 50_000_000, connections: 2 })
    expect(plan.sources[0]?.expected?.bytes).toBe(2 * 2 ** 30)
    expect(plan.sources[1]).toMatchObject({
      include: ['**'],
      exclude: [],
      delta: 'none',
      limits: { connections: 4 },
    })
    expect(plan.locations.main).toEqual([{ region: 'eu-west-3', holds: [] }])
    expect(plan.documents[0]?.required).toBe(true)
  })

  test('names every secret that a run needs, and where', () => {
    expect(secretReferences(planOf(samplePlan))).toEqual([
      { path: 'sources[0].config.url', reference: 'env:ERP_URL' },
      { path: 'delivery.signingKey', reference: 'file:/run/secrets/signing-key' },
      { path: 'notifications.webhooks[0].secret', reference: 'env:HOOK_SECRET' },
      { path: 'rehearsal.restoreTargets.erp.config.server', reference: 'env:SCRATCH_URL' },
    ])
  })

  test('may take public keys and the bucket from the environment', () => {
    const text = altered(
      ['bucket: handover-acme', 'bucket: env:S3_BUCKET'],
      ['[age1uja4chmgj9f6d2s6jxs46e0jt7e0daglqdf92gq50yxdydh8j3nq5ja2p7]', '[env:RECIPIENT]'],
    )
    const references = secretReferences(planOf(text)).map(({ reference }) => reference)
    expect(references).toEqual(expect.arrayContaining(['env:S3_BUCKET', 'env:RECIPIENT']))
  })

  test('may have no source when all that is left is to erase', () => {
    const sources = samplePlan.slice(samplePlan.indexOf('\nsources:'), samplePlan.indexOf('\nlocations:'))
    const base: Change[] = [
      [sources, '\nsources: []'],
      ['      sources: [erp, docs]\n', ''],
      ['holds: [erp] }\n', 'holds: [] }\n'],
      ['holds: [erp], att', 'holds: [], att'],
      [", from: { source: docs, path: 'ops/*.pdf' }", ''],
      ['\n    erp: { region: eu-west-3, config: { server: env:SCRATCH_URL } }', ' {}'],
    ]
    const erase: Change[] = [...base, ['successor: { name: Calluna, country: FR }\n', '']]
    const withOutcome = altered(...erase).replace('outcome: successor', 'outcome: erase-only')
    expect(planOf(withOutcome).sources).toEqual([])
    expect(problemsOf(altered(...base)).map(({ path }) => path)).toEqual(['sources'])
  })
})

describe('a plan that does not hold', () => {
  test.each(bad)('$name: line, field, reason and remedy', ({ changes, path, on, reason, remedy }) => {
    const text = altered(...changes)
    const problems = problemsOf(text)
    const problem = problems.find((one) => one.path === path)
    expect(problems.map((one) => one.path)).toContain(path)
    expect(problem?.line).toBe(lineOf(text, on))
    expect(problem?.reason).toMatch(reason)
    expect(problem?.remedy).toMatch(remedy)
    expect(problem?.reason).toMatch(/^[`A-Z].*[.?]$/s)
    expect(problem?.remedy).toMatch(/^[A-Z].*\.$/s)
  })

  test('has all its faults told at once, in the order of the file', () => {
    const text = altered(
      ['language: en', 'language: de'],
      ['connector: share', 'connector: nfs'],
      ['receivers: [next]', 'receivers: [nxt]'],
      ['retention: P90D', 'retention: soon'],
    )
    const problems = problemsOf(text)
    expect(problems.map(({ path }) => path)).toEqual([
      'contract.language',
      'sources[1].connector',
      'knowledge[0].receivers[0]',
      'delivery.retention',
    ])
    expect(problems.map(({ line }) => line)).toEqual(
      [...problems.map(({ line }) => line)].sort((a, b) => a - b),
    )
  })

  test('has a mistyped key told once, not also as missing', () => {
    expect(problemsOf(altered(['    connector: share', '    conector: share']))).toHaveLength(1)
  })

  test('points at the column where the value stands', () => {
    const [problem] = problemsOf(altered(['language: en', 'language: de']))
    expect(problem?.column).toBe('  language: '.length + 1)
  })

  test.each([
    ['nothing', ''],
    ['a list', '- a\n- b\n'],
    ['a word', 'plan'],
    ['a comment', '# nothing yet\n'],
  ])('is told so when the file holds %s', (_, text) => {
    const compiled = compilePlan({ text, fileName: 'mine.yaml', connectors })
    expect(compiled.problems).toMatchObject([{ line: 1, reason: 'mine.yaml holds no plan.' }])
  })
})
