import { NativeConnection, Worker } from '@temporalio/worker'
import type { ActivityDependencies } from '../activities/dependencies.ts'
import { createActivities } from '../activities/index.ts'
import { defaultTaskQueue } from '../contract/signals.ts'
import { connectionSettings, encryptedDataConverter } from '../temporal/connect.ts'
import { ActivityErrors } from './activity-errors.ts'
import { bundleWorkflows } from './workflow-bundle.ts'

export interface WorkerSettings {
  environment: NodeJS.ProcessEnv
  dependencies: ActivityDependencies
  taskQueue?: string
}

/** Activities of one worker at once. Keepers of readings hold a place each for as long as their source takes. */
const maxActivitiesAtOnce = 24

/** A worker that serves every workflow and activity of this product. The caller runs it and shuts it down. */
export async function createWorker(
  settings: WorkerSettings,
): Promise<{ worker: Worker; close(): Promise<void> }> {
  const { connectionOptions, namespace } = connectionSettings(settings.environment)
  const connection = await NativeConnection.connect(connectionOptions)
  const worker = await Worker.create({
    connection,
    namespace: namespace ?? 'default',
    taskQueue: settings.taskQueue ?? defaultTaskQueue,
    workflowBundle: await bundleWorkflows(),
    activities: createActivities(settings.dependencies),
    dataConverter: encryptedDataConverter(settings.dependencies.keyring),
    interceptors: { activity: [() => ({ inbound: new ActivityErrors() })] },
    maxConcurrentActivityTaskExecutions: maxActivitiesAtOnce,
    // Cancellation reaches an activity with the answer to a heartbeat: they must not be held back for long.
    maxHeartbeatThrottleInterval: '1s',
    defaultHeartbeatThrottleInterval: '1s',
    // A run whose worker died waits this long before another one takes it from its beginning.
    stickyQueueScheduleToStartTimeout: '4s',
    shutdownGraceTime: '10s',
  })
  return { worker, close: () => connection.close() }
}
