/** What a plan must say for one source to be extracted, and nothing more: no document, no restore target. */
export function planFor(source: {
  id: string
  connector: 'postgresql' | 'files'
  config: Record<string, string>
  connections: number
  bucket: string
  publicKey: string
}): string {
  return JSON.stringify({
    reversibility: 1,
    contract: {
      id: benchContract,
      title: 'Benchmark',
      language: 'en',
      parties: { client: { name: 'Client', country: 'FR' }, provider: { name: 'Provider', country: 'FR' } },
      trades: ['infrastructure'],
      start: '2024-01-01',
      end: '2035-01-01',
      policies: [],
      calendar: { country: 'FR', timeZone: 'Europe/Paris' },
      confidentiality: 'internal',
    },
    outcome: 'in-house',
    people: [
      { id: 'operator', roles: ['operator', 'approver'] },
      { id: 'client', roles: ['client'] },
    ],
    scope: {
      services: [
        {
          id: 'service',
          title: 'Service',
          trade: 'infrastructure',
          interventions: ['administration'],
          equipment: ['servers'],
          sources: [source.id],
          criticality: 'standard',
        },
      ],
      exclusions: [],
    },
    sources: [
      {
        id: source.id,
        title: 'Source',
        connector: source.connector,
        config: source.config,
        limits: { connections: source.connections },
        region: 'fr-bench',
      },
    ],
    locations: { allowedRegions: ['fr-bench'], main: ['fr-bench'] },
    subcontractors: [],
    documents: [],
    assets: [],
    knowledge: [],
    delivery: {
      bucket: source.bucket,
      region: 'fr-bench',
      signingKey: 'env:BENCH_SIGNING_KEY',
      publicKey: source.publicKey,
      retention: 'P30D',
    },
  })
}

/** First part of every key: the harness's prefixes begin with it too. */
export const benchContract = 'bench'
