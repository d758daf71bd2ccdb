import { Client, Connection } from '@temporalio/client'
import type { Stack } from '../../stack/stack.ts'

export interface RunTimes {
  /** From the start of the run to the end of the activity that signs the package's root. */
  startToSealSeconds: number
  runEvents: number
  sourceEvents: number
}

/** What Temporal's histories say of a run and of its one source. */
export async function timesOf(
  temporal: Stack['temporal'],
  runWorkflow: string,
  sourceWorkflow: string,
): Promise<RunTimes> {
  const connection = await Connection.connect({ address: temporal.address })
  try {
    const client = new Client({ connection, namespace: temporal.namespace })
    const run = await client.workflow.getHandle(runWorkflow).describe()
    const { events } = await client.workflow.getHandle(sourceWorkflow).fetchHistory()
    const sealing = events?.find(
      (event) => event.activityTaskScheduledEventAttributes?.activityType?.name === 'sealSource',
    )
    const sealed = events?.find((event) =>
      event.activityTaskCompletedEventAttributes?.scheduledEventId?.eq(sealing?.eventId ?? 0),
    )
    const { seconds, nanos } = sealed?.eventTime ?? {}
    if (seconds === undefined || seconds === null) throw new Error(`${sourceWorkflow} was never sealed.`)
    const sealedAt = Number(seconds) + (nanos ?? 0) / 1e9
    return {
      startToSealSeconds: sealedAt - run.startTime.getTime() / 1000,
      runEvents: run.historyLength,
      sourceEvents: events?.length ?? 0,
    }
  } finally {
    await connection.close()
  }
}
