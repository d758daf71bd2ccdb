import { DefaultFailureConverter } from '@temporalio/common'

/** Loaded by path into the workflow sandbox too, which is why it stands alone. */
export const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true })
