import { ReversibilityError } from '../contract/errors.ts'
import type { Tuning } from '../contract/run.ts'

/** Sized on two cores: parts large enough to compress well and upload in few requests, small enough to redo. */
export const defaultTuning: Tuning = {
  partTargetBytes: 64 * 1024 * 1024,
  heartbeatTimeoutSeconds: 15,
  maxEpochs: 20,
  reconcile: true,
  maxAttempts: 12,
  maxBackoffSeconds: 60,
}

const variables = {
  partTargetBytes: 'REVERSIBILITY_PART_BYTES',
  heartbeatTimeoutSeconds: 'REVERSIBILITY_HEARTBEAT_SECONDS',
  maxEpochs: 'REVERSIBILITY_MAX_EPOCHS',
  maxAttempts: 'REVERSIBILITY_MAX_ATTEMPTS',
  maxBackoffSeconds: 'REVERSIBILITY_MAX_BACKOFF_SECONDS',
} as const

/** What the environment of whoever starts a run says otherwise, for sites whose links or patience differ. Throws `invalid-input`. */
export function tuningFromEnvironment(environment: NodeJS.ProcessEnv): Partial<Tuning> {
  const tuning: Partial<Tuning> = {}
  for (const [name, variable] of Object.entries(variables) as [keyof typeof variables, string][]) {
    const value = environment[variable]
    if (value === undefined || value === '') continue
    if (!/^[1-9]\d{0,11}$/.test(value)) {
      throw new ReversibilityError('invalid-input', `${variable} is not a whole number above zero.`, {
        remedy: `Correct it, or unset it: the default is ${defaultTuning[name]}.`,
        subject: variable,
      })
    }
    tuning[name] = Number(value)
  }
  return tuning
}
