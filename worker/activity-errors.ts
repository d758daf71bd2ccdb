import type { ActivityExecuteInput, ActivityInboundCallsInterceptor, Next } from '@temporalio/worker'
import { toTemporalFailure } from '../temporal/failures.ts'

/** The one place where errors of the taxonomy become Temporal failures. */
export class ActivityErrors implements ActivityInboundCallsInterceptor {
  async execute(
    input: ActivityExecuteInput,
    next: Next<ActivityInboundCallsInterceptor, 'execute'>,
  ): Promise<unknown> {
    try {
      return await next(input)
    } catch (error) {
      throw toTemporalFailure(error)
    }
  }
}
