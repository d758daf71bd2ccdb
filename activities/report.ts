import type { Finding } from '../contract/finding.ts'
import { severities } from '../contract/finding.ts'
import { newFinding } from '../contract/finding-values.ts'
import type { JournalHead } from '../contract/journal.ts'
import { recordKey, resultKey } from '../contract/layout.ts'
import type { Plan } from '../contract/plan/plan.ts'
import { clocks } from '../contract/policies/clocks.ts'
import { countFindings } from '../contract/progress.ts'
import type { ClockForecast, DocumentResult, RunReport, Verdict } from '../contract/report.ts'
import type { RunContext } from '../contract/run.ts'
import type { SourceResult } from '../contract/status.ts'
import { verdictOf } from '../contract/verdict.ts'
import { sha256 } from '../evidence/journal.ts'
import { renderHtml } from '../reporting/html.ts'
import { readJson } from '../store/json.ts'
import type { ActivityDependencies } from './dependencies.ts'
import { ageInDays, judgeDocument } from './documents.ts'
import { withHeartbeat } from './heartbeat.ts'
import { loadPlan } from './plan.ts'
import { resolveValue } from './resolve-value.ts'

export interface ReportTask {
  run: RunContext
  startedAt: string
  endedAt: string
  sources: { sourceId: string; address: string | null; neighbours: Neighbour[] }[]
  documents: DocumentResult[]
  journal: JournalHead
  copies: { erased: boolean; remaining: number }
}

interface Neighbour {
  address: string
  title: string
  estimatedBytes?: number
}

export interface Reported {
  verdict: Verdict
  reportKey: string
  reportSha256: string
  findings: Record<(typeof severities)[number], number>
  /** The most severe ones, without their facts: what the journal keeps. All of them are in the report. */
  firstFindings: Pick<Finding, 'code' | 'severity' | 'subject'>[]
  /** The type of the first source's failure, when one failed: it decides the exit code. */
  failureType: string | null
}

/** A result travels in the history: it must stay small however much was found. */
const maxFindingsTold = 200

export function reportActivities(dependencies: ActivityDependencies) {
  return {
    /** Puts everything together, judges it, and writes the report as JSON and as one HTML page. */
    async writeReport(task: ReportTask): Promise<Reported> {
      return withHeartbeat(async () => {
        const store = dependencies.storeOf(task.run.bucket)
        const plan = await loadPlan(dependencies, task.run)
        const sources: SourceResult[] = []
        for (const { sourceId } of task.sources) {
          sources.push(await readJson<SourceResult>(store, resultKey(task.run, sourceId)))
        }
        const documents = documentsOf(plan, task)
        const forecast = forecastOf(plan, sources)
        const findings = [
          ...sources.flatMap((source) => source.findings),
          ...(await undeclaredSystems(dependencies, plan, task)),
          ...documents.flatMap((document) => documentFinding(document, task.endedAt)),
          ...forecast.clocks.flatMap(clockFinding),
          ...copiesFinding(task),
        ].sort(bySeverity)
        const report: RunReport = {
          version: 1,
          kind: task.run.kind,
          contract: {
            id: plan.contract.id,
            title: plan.contract.title,
            client: plan.contract.parties.client.name,
            provider: plan.contract.parties.provider.name,
            end: plan.contract.end,
          },
          runId: task.run.runId,
          planSha256: task.run.planSha256,
          startedAt: task.startedAt,
          endedAt: task.endedAt,
          verdict: verdictOf(findings, sources),
          sources,
          documents,
          forecast,
          findings,
          journal: task.journal,
          copiesErased: task.copies.erased && task.copies.remaining === 0,
        }
        const reportKey = recordKey(task.run, 'report.json')
        const bytes = Buffer.from(`${JSON.stringify(report)}\n`)
        await store.put(reportKey, bytes, { contentType: 'application/json' })
        for (const language of ['fr', 'en'] as const) {
          await store.put(
            recordKey(task.run, `report.${language}.html`),
            Buffer.from(renderHtml(report, { language })),
            { contentType: 'text/html; charset=utf-8' },
          )
        }
        return {
          verdict: report.verdict,
          reportKey,
          reportSha256: sha256(bytes),
          findings: countFindings(findings),
          firstFindings: findings
            .slice(0, maxFindingsTold)
            .map(({ code, severity, subject }) => ({ code, severity, subject })),
          failureType: sources.find(({ failure }) => failure)?.failure?.type ?? null,
        }
      })
    },
  }
}

/** Documents found by their source, then those that no source could be asked for: their absence is a fact too. */
function documentsOf(plan: Plan, task: ReportTask): DocumentResult[] {
  const judged = new Set(task.documents.map(({ id }) => id))
  const others = plan.documents.filter(({ id }) => !judged.has(id))
  return [...task.documents, ...others.map((document) => judgeDocument(document, undefined, task.endedAt))]
}

function documentFinding(document: DocumentResult, at: string): Finding[] {
  const subject = `document:${document.id}`
  const { title, path = '—' } = document
  if (document.state === 'missing') {
    const severity = document.required ? 'major' : 'info'
    return [newFinding('missing-document', severity, subject, { document: document.id, title, path })]
  }
  if (document.state !== 'stale') return []
  return [
    newFinding('stale-document', document.required ? 'major' : 'minor', subject, {
      document: document.id,
      title,
      path,
      modifiedAt: document.modifiedAt!,
      maxAgeDays: document.maxAgeDays!,
      ageDays: ageInDays(document.modifiedAt!, at),
    }),
  ]
}

/** What the same access reaches and neither a source nor an exclusion of the plan names. */
async function undeclaredSystems(
  dependencies: ActivityDependencies,
  plan: Plan,
  task: ReportTask,
): Promise<Finding[]> {
  const declared = new Set<string>()
  for (const { address } of task.sources) if (address) declared.add(address)
  for (const { system } of plan.scope.exclusions) {
    if (system) declared.add(await resolveValue(dependencies, system))
  }
  const seen = new Map<string, Neighbour>()
  for (const { neighbours } of task.sources) {
    for (const neighbour of neighbours) {
      if (!declared.has(neighbour.address)) seen.set(neighbour.address, neighbour)
    }
  }
  return [...seen.values()].map(({ address, title, estimatedBytes }) =>
    newFinding('undeclared-system', 'major', `system:${address}`, {
      address,
      title,
      ...(estimatedBytes === undefined ? {} : { bytes: estimatedBytes }),
    }),
  )
}

/** The real run reads the same volumes at the same speed: its sources side by side, so the slowest decides. */
function forecastOf(plan: Plan, sources: SourceResult[]): RunReport['forecast'] {
  const readSeconds = ({ seconds }: SourceResult) => seconds.discover + seconds.extract + seconds.seal
  const extractionSeconds = Math.max(0, ...sources.map(readSeconds))
  const restoreSeconds = Math.max(0, ...sources.map(({ seconds }) => seconds.restore))
  const forecasts = clocks(plan).flatMap((clock): ClockForecast[] => {
    if (clock.measures === null || clock.bound !== 'at-most') return []
    const source = sources.find(({ sourceId }) => sourceId === clock.sourceId)
    const neededSeconds = source ? readSeconds(source) : extractionSeconds + restoreSeconds
    const { id, title, source: article, allowedSeconds } = clock
    return [
      {
        id,
        title: title[plan.contract.language],
        source: article,
        allowedSeconds,
        neededSeconds,
        holds: neededSeconds <= allowedSeconds,
      },
    ]
  })
  return { extractionSeconds, restoreSeconds, clocks: forecasts }
}

function clockFinding(clock: ClockForecast): Finding[] {
  if (clock.holds) return []
  return [
    newFinding('clock-endangered', 'blocker', `clock:${clock.id}`, {
      clock: clock.title,
      article: clock.source,
      allowedDays: Math.floor(clock.allowedSeconds / 86_400),
      neededDays: Math.ceil(clock.neededSeconds / 86_400),
    }),
  ]
}

function copiesFinding(task: ReportTask): Finding[] {
  if (task.copies.remaining === 0) return []
  return [newFinding('copies-not-erased', 'major', 'run', { count: task.copies.remaining })]
}

function bySeverity(a: Finding, b: Finding): number {
  return severities.indexOf(a.severity) - severities.indexOf(b.severity)
}
