import { ReversibilityError } from '../contract/errors.ts'
import type { VerificationProblemCode } from './verification-report.ts'

/**
 * What a failed reading says about the package. A failure that says nothing about it (a network, a disk, an access) is
 * thrown on: it must not pass for a forgery, nor for a success.
 */
export function problemOfReading(
  cause: unknown,
  path: string,
): { code: VerificationProblemCode; cause: string } {
  if (cause instanceof ReversibilityError && cause.type === 'not-found') {
    return { code: 'file-missing', cause: `${JSON.stringify(path)} is missing.` }
  }
  if (cause instanceof ReversibilityError && cause.type === 'integrity-mismatch') {
    return { code: 'not-a-plain-file', cause: cause.message }
  }
  if (cause instanceof RangeError) {
    return { code: 'wrong-size', cause: `${JSON.stringify(path)} is ${cause.message}.` }
  }
  throw cause
}
