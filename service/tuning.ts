import type { Tuning } from '../contract/run.ts'

/** Sized on two cores: parts large enough to compress well and upload in few requests, small enough to redo. */
export const defaultTuning: Tuning = {
  partTargetBytes: 64 * 1024 * 1024,
  heartbeatTimeoutSeconds: 15,
  maxEpochs: 20,
  reconcile: true,
}
