import { type ActivityInterfaceFor, proxyActivities } from '@temporalio/workflow'
import type { Activities } from '../activities/index.ts'
import type { Tuning } from '../contract/run.ts'

/** Activities as this run watches them: lost when their heartbeat is late, tried again a bounded number of times. */
export function activitiesWith(tuning: Tuning): ActivityInterfaceFor<Activities> {
  const { heartbeatTimeoutSeconds, maxAttempts, maxBackoffSeconds } = tuning
  return proxyActivities<Activities>({
    heartbeatTimeout: `${heartbeatTimeoutSeconds}s`,
    startToCloseTimeout: '7 days',
    scheduleToCloseTimeout: '14 days',
    cancellationType: 'WAIT_CANCELLATION_COMPLETED',
    retry: {
      initialInterval: '1s',
      backoffCoefficient: 2,
      maximumInterval: `${maxBackoffSeconds}s`,
      maximumAttempts: maxAttempts,
    },
  })
}

/** The keeper of a reading is never tried again: its end is the end of the epoch. */
export function keeperWith(tuning: Tuning): Pick<ActivityInterfaceFor<Activities>, 'keepEpoch'> {
  return proxyActivities<Activities>({
    heartbeatTimeout: `${tuning.heartbeatTimeoutSeconds}s`,
    startToCloseTimeout: '60 days',
    cancellationType: 'WAIT_CANCELLATION_COMPLETED',
    retry: { maximumAttempts: 1 },
  })
}
