import { Context } from '@temporalio/activity'
import type { OpenedEpoch, SourceInput } from '../contract/run.ts'
import { epochOpenedSignal } from '../contract/signals.ts'
import type { ActivityDependencies } from './dependencies.ts'
import { withHeartbeat } from './heartbeat.ts'
import { openConnector } from './source.ts'

/** How often the holder makes sure that the reading still lives at the source. */
const aliveCheckSeconds = 5

export function epochActivities(dependencies: ActivityDependencies) {
  return {
    /**
     * Opens a reading that lives as long as this activity, tells the workflow its token, and holds it until cancelled.
     * It never ends by itself: an end is the loss of the epoch.
     */
    async keepEpoch(input: SourceInput): Promise<void> {
      await withHeartbeat(async ({ signal }) => {
        await using connector = await openConnector(dependencies, input)
        const epoch = await connector.openEpoch(signal)
        try {
          const { workflowExecution } = Context.current().info
          const handle = Context.current().client.workflow.getHandle(
            workflowExecution!.workflowId,
            workflowExecution!.runId,
          )
          const opened: OpenedEpoch = { epoch: input.epoch, token: epoch.token, openedAt: epoch.openedAt }
          await handle.signal(epochOpenedSignal, opened)
          for (;;) {
            await Context.current().sleep(aliveCheckSeconds * 1000)
            await epoch.alive?.(signal)
          }
        } finally {
          await epoch.close()
        }
      })
    },

    /** Opens a reading that outlives its process. */
    async openDurableEpoch(input: SourceInput): Promise<OpenedEpoch> {
      return withHeartbeat(async ({ signal }) => {
        await using connector = await openConnector(dependencies, input)
        const epoch = await connector.openEpoch(signal)
        const opened: OpenedEpoch = { epoch: input.epoch, token: epoch.token, openedAt: epoch.openedAt }
        await epoch.close()
        return opened
      })
    },
  }
}
