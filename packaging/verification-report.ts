import type { Fingerprint } from '../contract/fingerprint.ts'
import type { RootStatement } from './root.ts'
import { signatureProblems } from './signature.ts'

/** In this order: trust first, then what costs little, then the volumes. A step that fails is the last one taken. */
export const verificationSteps = [
  /** The key that signed is pinned. */
  'key',
  /** `root.json` is what it signed. */
  'signature',
  /** The statement is well formed and is of the contract, run, source and epoch expected. */
  'statement',
  /** The tag manifest is the one stated, and every tag file the one it lists. */
  'tag-manifest',
  /** The payload manifest is well formed, and every path in it safe. */
  'manifest',
  /** Every file listed is there, and nothing else is. */
  'listing',
  /** Inventory, manifest, statement and bag-info say the same. */
  'consistency',
  /** Every volume has the hash listed. */
  'volumes',
  /** Every volume decrypts and decompresses to the bytes, counts and fingerprints stated. */
  'contents',
] as const
export type VerificationStep = (typeof verificationSteps)[number]

export const verificationProblemCodes = [
  ...signatureProblems,
  'malformed-statement',
  'other-contract',
  'other-run',
  'other-source',
  'other-epoch',
  'other-root',
  'other-previous-root',
  'tag-manifest-altered',
  'tag-file-altered',
  'malformed-manifest',
  'unsafe-path',
  'file-missing',
  'file-unlisted',
  'not-a-plain-file',
  'wrong-size',
  'inconsistent',
  'volume-altered',
  'volume-undecodable',
  'no-identity-fits',
  'plain-altered',
  'count-mismatch',
  'fingerprint-mismatch',
] as const
export type VerificationProblemCode = (typeof verificationProblemCodes)[number]

export interface VerificationProblem {
  step: VerificationStep
  code: VerificationProblemCode
  /** From the epoch folder. May hold any characters: escape it before showing it. */
  path?: string
  /** One sentence. */
  cause: string
}

export interface VerificationReport {
  valid: boolean
  /** Null until the signature holds: an unsigned statement is nobody's word. */
  root: RootStatement | null
  rootSha256: string | null
  /** `SHA256:…`, as ssh-keygen shows it. */
  keyFingerprint: string | null
  steps: { step: VerificationStep; state: 'passed' | 'failed' | 'skipped' | 'not-reached' }[]
  /** At most 1,000; `problemsLeftOut` counts the others. */
  problems: VerificationProblem[]
  problemsLeftOut: number
  totals: { volumes: number; deliveredBytes: number; plainBytes: number; records: number }
  /** False when the package is encrypted and no identity was given: then only the delivered bytes were checked. */
  contentsRead: boolean
  /** Side by side, of every dataset with records: as taken at the source, and as read from the volumes. */
  datasets: { datasetId: string; source: Fingerprint | null; package: Fingerprint | null }[]
  /** Files beside the package, which it neither holds nor vouches for. */
  filesBeside: number
}

const maxProblems = 1000

/** Ends the verification: the step it was thrown in has failed. */
export class StepFailed extends Error {}

/** What the steps write down as they go. */
export class ReportBuilder {
  readonly report: VerificationReport = {
    valid: false,
    root: null,
    rootSha256: null,
    keyFingerprint: null,
    steps: [],
    problems: [],
    problemsLeftOut: 0,
    totals: { volumes: 0, deliveredBytes: 0, plainBytes: 0, records: 0 },
    contentsRead: false,
    datasets: [],
    filesBeside: 0,
  }

  add(step: VerificationStep, code: VerificationProblemCode, cause: string, path?: string): void {
    const { problems } = this.report
    if (problems.length >= maxProblems) this.report.problemsLeftOut++
    else problems.push({ step, code, ...(path === undefined ? {} : { path }), cause })
  }

  /** For what makes the rest of a step meaningless. */
  fail(step: VerificationStep, code: VerificationProblemCode, cause: string, path?: string): never {
    this.add(step, code, cause, path)
    throw new StepFailed()
  }

  hasFailed(step: VerificationStep): boolean {
    return this.report.problems.some((problem) => problem.step === step)
  }

  finish(skipped: readonly VerificationStep[]): VerificationReport {
    const { problems } = this.report
    const failedAt = verificationSteps.findIndex((step) => this.hasFailed(step))
    this.report.steps = verificationSteps.map((step, index) => {
      if (this.hasFailed(step)) return { step, state: 'failed' }
      if (failedAt >= 0 && index > failedAt) return { step, state: 'not-reached' }
      return { step, state: skipped.includes(step) ? 'skipped' : 'passed' }
    })
    this.report.valid = problems.length === 0
    return this.report
  }
}
