import { ReversibilityError } from '../contract/errors.ts'
import { statusKey } from '../contract/layout.ts'
import { secretReferences } from '../contract/plan/secret-references.ts'
import type { RunContext, SourceTask } from '../contract/run.ts'
import { publicLineOf } from '../packaging/signature.ts'
import type { ActivityDependencies } from './dependencies.ts'
import { makeEphemeralKey } from './ephemeral-key.ts'
import { withHeartbeat } from './heartbeat.ts'
import { loadPlan } from './plan.ts'
import { resolveValue } from './resolve-value.ts'

export interface Prepared {
  sources: SourceTask[]
  /** Public keys that packages are encrypted to; with the rehearsal's own when it must open them again. */
  recipients: string[]
}

export function preflightActivities(dependencies: ActivityDependencies) {
  return {
    /**
     * Checks, before anything is read, all that a worker must have: every secret, the signing key that the client
     * pinned, a bucket it may write to. Several faults are told at once.
     */
    async prepareRun(input: { run: RunContext }): Promise<Prepared> {
      return withHeartbeat(async () => {
        const { run } = input
        const plan = await loadPlan(dependencies, run)
        const faults: string[] = []
        for (const { path, reference } of secretReferences(plan)) {
          await dependencies.resolveSecret(reference).catch((error: Error) => {
            faults.push(`${path}: ${error.message}`)
          })
        }
        if (faults.length > 0) {
          throw new ReversibilityError('invalid-input', faults.join(' '), {
            remedy: 'Give the worker what these references of the plan name, then start again.',
          })
        }
        await checkSigningKey(dependencies, plan.delivery)
        // The status is the first thing written: a bucket that refuses it would refuse everything later.
        await dependencies.storeOf(run.bucket).head(statusKey(run))
        const recipients: string[] = []
        for (const recipient of plan.delivery.recipients) {
          recipients.push(await resolveValue(dependencies, recipient))
        }
        if (recipients.length > 0 && run.kind === 'rehearsal') {
          recipients.push(await makeEphemeralKey(dependencies, run))
        }
        const sources = plan.sources.map((source): SourceTask => {
          const type = dependencies.connectors.get(source.connector)!
          return {
            sourceId: source.id,
            epochLifetime: type.epochLifetime,
            connections: source.limits.connections,
            hasAllowedHours: source.allowedHours.length > 0,
            restore: plan.rehearsal.restoreTargets[source.id] !== undefined,
          }
        })
        return { sources, recipients }
      })
    },
  }
}

async function checkSigningKey(
  dependencies: ActivityDependencies,
  delivery: { signingKey: string; publicKey: string },
): Promise<void> {
  const signing = publicLineOf(await dependencies.resolveSecret(delivery.signingKey)).split(' ')
  const pinned = (await resolveValue(dependencies, delivery.publicKey)).trim().split(/\s+/)
  if (signing[0] === pinned[0] && signing[1] === pinned[1]) return
  throw new ReversibilityError(
    'invalid-input',
    'The signing key of this worker is not the one that the client pinned (delivery.publicKey).',
    {
      remedy: 'Give the worker the private half of the pinned key, or have the client pin the new one first.',
    },
  )
}
