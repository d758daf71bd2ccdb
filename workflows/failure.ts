import {
  ActivityFailure,
  ApplicationFailure,
  ChildWorkflowFailure,
  TimeoutFailure,
} from '@temporalio/workflow'
import type { Failure } from '../contract/status.ts'

/** What a failure came to, in our words: the type, message and remedy of the error at its root. */
export function failureOf(error: unknown): Failure {
  if (error instanceof ActivityFailure || error instanceof ChildWorkflowFailure) return failureOf(error.cause)
  if (error instanceof ApplicationFailure) {
    const [details] = (error.details ?? []) as { remedy?: string; subject?: string }[]
    // What the store refused says nothing of the source.
    const ofStore = error.type === 'unavailable' && details?.subject?.startsWith('s3://')
    return {
      type: ofStore ? 'store-unavailable' : (error.type ?? 'unavailable'),
      message: error.message,
      remedy: details?.remedy ?? 'Read the log of the worker.',
    }
  }
  if (error instanceof TimeoutFailure) {
    return {
      type: 'worker-lost',
      message: 'No worker gave a sign of life in time.',
      remedy: 'Check that workers run and can reach the source, then start again.',
    }
  }
  return {
    type: 'unavailable',
    message: error instanceof Error ? error.message : String(error),
    remedy: 'Read the log of the worker.',
  }
}
