import { createHash } from 'node:crypto'
import type { Finding } from '../../contract/finding.ts'
import { newFinding } from '../../contract/finding-values.ts'
import type { RunReport } from '../../contract/report.ts'
import type { DatasetResult, SourceResult } from '../../contract/status.ts'
import { verdictOf } from '../../contract/verdict.ts'

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const digestOf = (text: string) => sha256(text).slice(0, 16)

/** A dataset whose three counts agree, until `changes` say otherwise. */
export function sampleDataset(
  sourceId: string,
  datasetId: string,
  records: number,
  changes: Partial<DatasetResult> = {},
): DatasetResult {
  const fingerprint = { records, digest: digestOf(datasetId) }
  return {
    sourceId,
    datasetId,
    kind: 'table',
    source: fingerprint,
    package: fingerprint,
    restored: fingerprint,
    plainBytes: records * 120,
    deliveredBytes: records * 31,
    ...changes,
  }
}

export function sampleSource(changes: Partial<SourceResult> = {}): SourceResult {
  const sourceId = changes.sourceId ?? 'erp'
  const datasets = changes.datasets ?? erpDatasets(sourceId)
  const sum = (of: (dataset: DatasetResult) => number) =>
    datasets.reduce((total, dataset) => total + of(dataset), 0)
  return {
    sourceId,
    title: 'ERP Orme',
    connector: 'postgresql',
    address: 'postgresql://localhost:5432/orme_erp',
    outcome: 'restored',
    epoch: 1,
    openedAt: '2026-11-22T18:40:12Z',
    rootSha256: sha256(`root of ${sourceId}`),
    encrypted: true,
    totals: {
      datasets: datasets.length,
      records: sum(({ source }) => source?.records ?? 0),
      plainBytes: sum(({ plainBytes }) => plainBytes),
      deliveredBytes: sum(({ deliveredBytes }) => deliveredBytes),
      volumes: datasets.length + 2,
      omissions: 0,
    },
    seconds: { discover: 1.2, extract: 41, seal: 2.1, restore: 38.4, total: 84 },
    findings: [],
    ...changes,
    datasets,
  }
}

function erpDatasets(sourceId: string): DatasetResult[] {
  const definition = { source: null, package: null, restored: null, kind: 'definition', plainBytes: 48_211 }
  const tables = [
    'clients',
    'adresses',
    'fournisseurs',
    'articles',
    'commandes',
    'lignes',
    'factures',
    'tickets',
  ]
  return [
    sampleDataset(sourceId, 'schéma, avant les données', 0, definition),
    ...tables.map((name, index) => sampleDataset(sourceId, `gestion.${name}`, 1200 * (index + 1) ** 2)),
    sampleDataset(sourceId, 'public."Réf. client ""citée"""', 12),
    sampleDataset(sourceId, 'schéma, après les données', 0, definition),
  ]
}

export function sampleFindings(): Finding[] {
  return [
    newFinding('undeclared-system', 'major', 'system:postgresql://localhost:5432/orme_archives_2019', {
      address: 'postgresql://localhost:5432/orme_archives_2019',
      title: 'orme_archives_2019',
      bytes: 48_300_000,
    }),
    newFinding('missing-document', 'major', 'document:pra', {
      document: 'pra',
      title: 'Plan de reprise d’activité',
      path: 'Documentation/PRA*.pdf',
    }),
    newFinding('stale-document', 'minor', 'document:dex', {
      document: 'dex',
      title: 'Dossier d’exploitation',
      path: 'Documentation/DEX v4.pdf',
      modifiedAt: '2025-03-02T09:00:00Z',
      maxAgeDays: 365,
      ageDays: 630,
    }),
    newFinding('omitted-entry', 'info', 'source:partage', {
      dataset: 'arborescence',
      item: 'Services/impression.sock',
      reason: 'a socket holds no data to export.',
    }),
    newFinding('volume-far-from-declared', 'minor', 'source:partage', {
      declaredBytes: 40e9,
      realBytes: 172_400_000,
      ratioPercent: 0.431,
      workUnits: -12,
    }),
  ]
}

/** A rehearsal that went well and found five things. */
export function sampleReport(changes: Partial<RunReport> = {}): RunReport {
  const sources = changes.sources ?? [
    sampleSource(),
    sampleSource({
      sourceId: 'partage',
      title: 'Partage de fichiers du siège',
      connector: 'files',
      address: 'file:///srv/partage',
      rootSha256: sha256('root of partage'),
      datasets: [
        sampleDataset('partage', 'arborescence', 5214, {
          kind: 'tree',
          plainBytes: 172_400_000,
          deliveredBytes: 98_100_000,
        }),
      ],
      totals: {
        datasets: 1,
        records: 5214,
        plainBytes: 172_400_000,
        deliveredBytes: 98_100_000,
        volumes: 6,
        omissions: 1,
      },
    }),
  ]
  const findings = changes.findings ?? sampleFindings()
  return {
    version: 1,
    kind: 'rehearsal',
    contract: {
      id: 'orme-si',
      title: 'Infogérance du système d’information d’Orme',
      client: 'Orme',
      provider: 'Atlas Infogérance',
      end: '2027-06-30',
    },
    runId: 'rehearsal-2026-11-22-7f3a',
    planSha256: sha256('plan'),
    startedAt: '2026-11-22T18:40:09Z',
    endedAt: '2026-11-22T18:42:21Z',
    verdict: verdictOf(findings, sources),
    documents: [
      {
        id: 'dex',
        title: 'Dossier d’exploitation',
        required: true,
        owner: 'responsable-exploitation',
        state: 'stale',
        path: 'Documentation/DEX v4.pdf',
        modifiedAt: '2025-03-02T09:00:00Z',
        maxAgeDays: 365,
      },
      {
        id: 'pra',
        title: 'Plan de reprise d’activité',
        required: true,
        owner: 'responsable-continuite',
        state: 'missing',
      },
      {
        id: 'schema',
        title: 'Schéma d’architecture',
        required: true,
        owner: 'architecte',
        state: 'present',
        path: 'Documentation/Architecture.svg',
        modifiedAt: '2026-10-04T08:12:00Z',
      },
    ],
    forecast: {
      extractionSeconds: 44.3,
      restoreSeconds: 38.4,
      clocks: [
        {
          id: 'transition',
          title: 'Période de transition',
          source: 'Règlement (UE) 2023/2854, art. 25(2)(a)',
          allowedSeconds: 30 * 86_400,
          neededSeconds: 82.7,
          holds: true,
        },
        {
          id: 'window-erp',
          title: 'Fenêtre de bascule de l’ERP',
          source: 'Annexe 4 du contrat, § 2',
          allowedSeconds: 180,
          neededSeconds: 82.7,
          holds: true,
        },
      ],
    },
    journal: { sequence: 23, headHash: sha256('journal') },
    copiesErased: true,
    ...changes,
    sources,
    findings,
  }
}

/** Texts that the program itself chose, and reads: a change of them would be another report. */
const ownWords = new Set([
  'kind',
  'verdict',
  'code',
  'severity',
  'state',
  'outcome',
  'startedAt',
  'endedAt',
  'openedAt',
  'modifiedAt',
])

/** The report with every text of foreign origin changed: titles, names, addresses, values of findings. */
export function everyStringReplaced(report: RunReport, change: (text: string) => string): RunReport {
  const replaced = JSON.stringify(report, (key, value) =>
    typeof value === 'string' && !ownWords.has(key) ? change(value) : value,
  )
  const changed: RunReport = JSON.parse(replaced)
  for (const [index, { kind }] of report.sources.flatMap(({ datasets }) => datasets).entries()) {
    changed.sources.flatMap(({ datasets }) => datasets)[index]!.kind = change(kind)
  }
  // Digests are compared, not shown: changed alike, they still agree.
  return changed
}
