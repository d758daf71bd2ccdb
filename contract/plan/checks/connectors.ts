import type { z } from 'zod'
import type { ConnectorShape, ConnectorShapes } from '../connector-shape.ts'
import { explainIssue } from '../explain-issue.ts'
import { jsonSchemaOf } from '../json-schema.ts'
import type { Fault, PlanPath } from '../problem.ts'
import { field, select, selectTexts } from '../select.ts'
import { didYouMean } from '../suggest.ts'

/** Connectors exist, have what they need, and can do what the plan asks of them. */
export function checkConnectors(plan: unknown, connectors: ConnectorShapes): Fault[] {
  const faults: Fault[] = []
  const types = new Map<string, ConnectorShape>()
  for (const { path, value: source } of select(plan, 'sources[]')) {
    const kind = field(source, 'connector')
    if (typeof kind !== 'string') continue
    const type = connectors.get(kind)
    if (type === undefined) {
      const known = [...connectors.keys()]
      faults.push({
        path: [...path, 'connector'],
        reason: `There is no connector \`${kind.slice(0, 60)}\`.${didYouMean(kind, known)}`,
        remedy: `Use one of: ${known.join(', ')}.`,
      })
      continue
    }
    const id = field(source, 'id')
    if (typeof id === 'string') types.set(id, type)
    const config = field(source, 'config')
    if (isMapping(config)) faults.push(...checkConfig(type.config, config, [...path, 'config'], kind))
    const delta = field(source, 'delta')
    if (delta === 'logical-replication' && !type.capabilities.includes('changesSince')) {
      faults.push({
        path: [...path, 'delta'],
        reason: `The connector \`${kind}\` cannot follow changes, which \`logical-replication\` needs.`,
        remedy: 'Use `re-read`, which reads the source again at cutover, or `none`.',
      })
    }
  }
  return [...faults, ...checkRestoreTargets(plan, types), ...checkDocuments(plan, types)]
}

function checkRestoreTargets(plan: unknown, types: ReadonlyMap<string, ConnectorShape>): Fault[] {
  const targets = select(plan, 'rehearsal.restoreTargets')[0]
  return Object.keys(targets?.value ?? {}).flatMap((id): Fault[] => {
    const path = [...(targets?.path ?? []), id]
    const type = types.get(id)
    if (type === undefined) return []
    if (type.restore === undefined || !type.capabilities.includes('restore')) {
      return [
        {
          path,
          at: 'key',
          reason: `The connector \`${type.kind}\` of source \`${id}\` cannot restore.`,
          remedy: 'Remove this restore target: its packages are verified without being restored.',
        },
      ]
    }
    const config = field(field(targets?.value, id), 'config')
    return isMapping(config) ? checkConfig(type.restore.target, config, [...path, 'config'], type.kind) : []
  })
}

function checkDocuments(plan: unknown, types: ReadonlyMap<string, ConnectorShape>): Fault[] {
  return selectTexts(plan, 'documents[].from.source').flatMap(({ path, value }): Fault[] => {
    const type = types.get(value)
    if (type === undefined || type.capabilities.includes('locateDocuments')) return []
    return [
      {
        path,
        reason: `The connector \`${type.kind}\` of source \`${value}\` cannot look for documents.`,
        remedy:
          'Name a source that holds files, or leave `from` out so that the owner supplies the document.',
      },
    ]
  })
}

function checkConfig(schema: z.ZodType, config: unknown, prefix: PlanPath, kind: string): Fault[] {
  const result = schema.safeParse(config)
  if (result.success) return []
  const remedy = `Correct it as the connector \`${kind}\` expects it: \`reversibility plan schema\` says how.`
  const context = { value: config, schema: jsonSchemaOf(schema), prefix, remedy }
  return result.error.issues
    .flatMap((issue) => explainIssue(issue, context))
    .map((fault) => ({
      ...fault,
      sensitive: (fault.sensitive ?? false) || fault.reason.includes('reference'),
    }))
}

function isMapping(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
