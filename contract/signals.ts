/** The keeper of an epoch tells its extraction that the reading is open. Argument: `OpenedEpoch`. */
export const epochOpenedSignal = 'epochOpened'

/** What a run answers to `status`: its `RunStatus`, or for an extraction its `ExtractionStatus`. */
export const statusQuery = 'status'

/** One run of a contract has one workflow, and each of its sources a child. */
export const runWorkflowId = (contractId: string, runId: string) => `reversibility/${contractId}/${runId}`
export const extractionWorkflowId = (runWorkflow: string, sourceId: string) =>
  `${runWorkflow}/sources/${sourceId}`

/** Where workers of this product take their work, unless told otherwise. */
export const defaultTaskQueue = 'reversibility'
