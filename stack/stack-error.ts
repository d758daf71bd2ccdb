/** What kind of failure: the command line maps it to the same exit codes as the product's own errors. */
export type StackErrorType = 'not-found' | 'unavailable' | 'invalid-input' | 'cancelled'

/** A failure of the local stack that a person can act on. Carries no secret. */
export class StackError extends Error {
  readonly type: StackErrorType
  /** What to do, in the imperative. May hold several lines, one for each way out. */
  readonly remedy: string

  constructor(type: StackErrorType, message: string, options: { remedy: string; cause?: unknown }) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'StackError'
    this.type = type
    this.remedy = options.remedy
  }
}

/** Says what was thrown, for a message: never an object's default text. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
