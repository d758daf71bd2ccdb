import { ReversibilityError } from '../../contract/errors.ts'
import { StackError } from '../../stack/stack-error.ts'

/** The stack knows nothing of the product: its failures get their place in the taxonomy here. */
export async function reportingStackErrors(run: () => Promise<void>): Promise<void> {
  try {
    await run()
  } catch (error) {
    if (!(error instanceof StackError)) throw error
    throw new ReversibilityError(error.type, error.message, { remedy: error.remedy, cause: error })
  }
}
