/**
 * The one taxonomy of failures. Connectors and stores throw these; an activity interceptor turns them into
 * Temporal failures; each type has one HTTP status, one exit code and one runbook (`runbooks/<type>.md`).
 */
export const errorTypes = {
  unavailable: { retryable: true, httpStatus: 503, exitCode: 1 },
  'rate-limited': { retryable: true, httpStatus: 503, exitCode: 1 },
  'invalid-plan': { retryable: false, httpStatus: 422, exitCode: 2 },
  'invalid-input': { retryable: false, httpStatus: 422, exitCode: 2 },
  'access-denied': { retryable: false, httpStatus: 403, exitCode: 4 },
  'not-found': { retryable: false, httpStatus: 404, exitCode: 5 },
  'integrity-mismatch': { retryable: false, httpStatus: 409, exitCode: 6 },
  'epoch-lost': { retryable: false, httpStatus: 503, exitCode: 1 },
  unsupported: { retryable: false, httpStatus: 422, exitCode: 2 },
  cancelled: { retryable: false, httpStatus: 409, exitCode: 130 },
} as const satisfies Record<string, { retryable: boolean; httpStatus: number; exitCode: number }>

export type ErrorType = keyof typeof errorTypes

/** The command finished, with differences or reserves that a person should read. */
export const exitCodeWithDifferences = 3

export interface ReversibilityErrorOptions {
  /** What the reader can do about it, as one sentence in the imperative. */
  remedy: string
  /** What it concerns: a source, a key, a file. Never a secret. */
  subject?: string
  cause?: unknown
  /** For `rate-limited`: how long to wait before trying again. */
  retryAfterSeconds?: number
}

/** A failure that a person can act on: what happened, to what, and what to do next. Carries no secret. */
export class ReversibilityError extends Error {
  readonly type: ErrorType
  readonly remedy: string
  readonly subject: string | undefined
  readonly retryAfterSeconds: number | undefined

  constructor(type: ErrorType, message: string, options: ReversibilityErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'ReversibilityError'
    this.type = type
    this.remedy = options.remedy
    this.subject = options.subject
    this.retryAfterSeconds = options.retryAfterSeconds
  }

  get exitCode(): number {
    return errorTypes[this.type].exitCode
  }
}
