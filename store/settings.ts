import { ReversibilityError } from '../contract/errors.ts'
import type { S3Settings } from './s3-store.ts'

/**
 * Where the S3 server is, from the environment: `S3_ENDPOINT` (any S3 server) and `S3_REGION` or `AWS_REGION`.
 * Credentials stay with the AWS SDK's own chain.
 */
export function s3SettingsFromEnvironment(bucket: string, environment: NodeJS.ProcessEnv): S3Settings {
  const endpoint = environment.S3_ENDPOINT
  const region = environment.S3_REGION ?? environment.AWS_REGION
  if (!region) {
    throw new ReversibilityError('invalid-input', 'The S3 region is not known.', {
      remedy: 'Set S3_REGION (and S3_ENDPOINT for a server other than Amazon S3).',
    })
  }
  return { bucket, region, ...(endpoint ? { endpoint } : {}) }
}
