import { ApplicationFailure, CancelledFailure, TemporalFailure } from '@temporalio/common'
import { errorTypes, ReversibilityError } from '../contract/errors.ts'

/** What travels with a failure, beside its type and message. */
export interface FailureDetails {
  remedy: string
  subject?: string
}

/** Puts an error in the form that Temporal keeps: its type decides whether it is tried again. */
export function toTemporalFailure(error: unknown): Error {
  if (error instanceof TemporalFailure) return error
  if (error instanceof ReversibilityError) {
    if (error.type === 'cancelled') return new CancelledFailure(redact(error.message))
    const details: FailureDetails = {
      remedy: error.remedy,
      ...(error.subject ? { subject: redact(error.subject) } : {}),
    }
    return ApplicationFailure.create({
      message: redact(error.message),
      type: error.type,
      nonRetryable: !errorTypes[error.type].retryable,
      details: [details],
      ...(error.retryAfterSeconds ? { nextRetryDelay: error.retryAfterSeconds * 1000 } : {}),
    })
  }
  if (error instanceof Error && error.name === 'AbortError')
    return new CancelledFailure('Stopped on request.')
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  const details: FailureDetails = {
    remedy: 'It is tried again by itself; if it lasts, read the log of the worker.',
  }
  return ApplicationFailure.create({ message: redact(message), type: 'unavailable', details: [details] })
}

/** Takes the password out of any URL. Errors of libraries are not trusted to have none. */
export function redact(text: string): string {
  return text.replace(/([a-z][a-z0-9+.-]*:\/\/[^\s:/@]*):[^\s@/]*@/gi, '$1:***@')
}
