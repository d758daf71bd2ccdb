import { type ActivityInterfaceFor, proxyActivities } from '@temporalio/workflow'
import type { Activities } from '../activities/index.ts'

/** What keeps failing is given up after this many attempts and becomes a finding: no unlimited retries in silence. */
const maximumAttempts = 12

/** Activities as this run watches them: lost when their heartbeat is late, tried again a bounded number of times. */
export function activitiesWith(heartbeatTimeoutSeconds: number): ActivityInterfaceFor<Activities> {
  return proxyActivities<Activities>({
    heartbeatTimeout: `${heartbeatTimeoutSeconds}s`,
    startToCloseTimeout: '7 days',
    scheduleToCloseTimeout: '14 days',
    cancellationType: 'WAIT_CANCELLATION_COMPLETED',
    retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1 minute', maximumAttempts },
  })
}

/** The keeper of a reading is never tried again: its end is the end of the epoch. */
export function keeperWith(
  heartbeatTimeoutSeconds: number,
): Pick<ActivityInterfaceFor<Activities>, 'keepEpoch'> {
  return proxyActivities<Activities>({
    heartbeatTimeout: `${heartbeatTimeoutSeconds}s`,
    startToCloseTimeout: '60 days',
    cancellationType: 'WAIT_CANCELLATION_COMPLETED',
    retry: { maximumAttempts: 1 },
  })
}
