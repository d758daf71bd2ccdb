import { createHash } from 'node:crypto'
import { ReversibilityError } from '../contract/errors.ts'
import { planKey } from '../contract/layout.ts'
import { compilePlan } from '../contract/plan/compile.ts'
import type { Plan } from '../contract/plan/plan.ts'
import type { RunContext } from '../contract/run.ts'
import { readBytes } from '../store/json.ts'
import type { ActivityDependencies } from './dependencies.ts'

const loaded = new Map<string, Plan>()

/** The run's own copy of its plan, checked again: a plan altered in the bucket is refused. */
export async function loadPlan(dependencies: ActivityDependencies, run: RunContext): Promise<Plan> {
  const known = loaded.get(run.planSha256)
  if (known) return known
  const bytes = await readBytes(dependencies.storeOf(run.bucket), planKey(run))
  if (createHash('sha256').update(bytes).digest('hex') !== run.planSha256) {
    throw new ReversibilityError(
      'integrity-mismatch',
      `The plan of run ${run.runId} was altered in the bucket.`,
      {
        remedy: 'Find out who could write to the bucket, then start a new run from the signed plan.',
      },
    )
  }
  const compiled = compilePlan({
    text: bytes.toString('utf8'),
    fileName: planKey(run),
    connectors: dependencies.connectors,
  })
  if (compiled.problems) {
    const [first] = compiled.problems
    throw new ReversibilityError('invalid-plan', `The plan does not fit this worker: ${first?.reason}`, {
      remedy: first?.remedy ?? 'Check it with `reversibility plan check`.',
    })
  }
  // A worker serves few contracts at a time: a handful of plans is worth keeping, not every one it ever saw.
  if (loaded.size >= 16) loaded.clear()
  loaded.set(run.planSha256, compiled.plan)
  return compiled.plan
}
