import type { Connector, ConnectorType, Epoch } from '../connectors/connector.ts'
import { ReversibilityError } from '../contract/errors.ts'
import type { Plan, PlanSource } from '../contract/plan/plan.ts'
import type { EpochInput, SourceInput } from '../contract/run.ts'
import type { ActivityDependencies } from './dependencies.ts'
import { loadPlan } from './plan.ts'
import { workspaceOf } from './workspace.ts'

export function sourceOf(plan: Plan, sourceId: string): PlanSource {
  const source = plan.sources.find(({ id }) => id === sourceId)
  if (source) return source
  throw new ReversibilityError('invalid-input', `The plan has no source ${sourceId}.`, {
    remedy: `Its sources are: ${plan.sources.map(({ id }) => id).join(', ')}.`,
  })
}

export function connectorTypeOf(dependencies: ActivityDependencies, source: PlanSource): ConnectorType {
  const type = dependencies.connectors.get(source.connector)
  if (type) return type
  throw new ReversibilityError('unsupported', `This worker has no connector ${source.connector}.`, {
    remedy: 'Run a worker of the release that the plan was checked with.',
    subject: `source:${source.id}`,
  })
}

/** Opens the connector of a source as the plan says, with the secrets of this worker. Closed by `await using`. */
export async function openConnector(
  dependencies: ActivityDependencies,
  input: SourceInput,
): Promise<Connector & AsyncDisposable> {
  const plan = await loadPlan(dependencies, input.run)
  const source = sourceOf(plan, input.sourceId)
  const type = connectorTypeOf(dependencies, source)
  const connector = await type.open(type.config.parse(source.config), {
    secrets: dependencies.resolveSecret,
    workspace: workspaceOf(dependencies.storeOf(input.run.bucket), { ...input.run, ...input }),
    selection: { include: source.include, exclude: source.exclude },
    maxConnections: source.limits.connections,
  })
  return Object.assign(connector, { [Symbol.asyncDispose]: () => connector.close() })
}

/** Runs work within an epoch opened elsewhere, and leaves nothing open behind. */
export async function inEpoch<T>(
  dependencies: ActivityDependencies,
  input: EpochInput,
  signal: AbortSignal,
  work: (epoch: Epoch, connector: Connector) => Promise<T>,
): Promise<T> {
  await using connector = await openConnector(dependencies, input)
  const epoch = await connector.joinEpoch(input.token, signal)
  try {
    return await work(epoch, connector)
  } finally {
    await epoch.close()
  }
}
