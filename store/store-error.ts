import { ReversibilityError } from '../contract/errors.ts'

interface Attempted {
  bucket: string
  key: string
  /** A verb: `store`, `read`. */
  doing: string
}

/** Puts an S3 failure in the words of the taxonomy; `exists` when an `If-None-Match` found the key taken. */
export function storeError(error: unknown, attempted: Attempted): ReversibilityError | 'exists' {
  if (error instanceof ReversibilityError) return error
  const { name, message, status } = facts(error)
  const where = `s3://${attempted.bucket}/${attempted.key}`
  const options = { subject: where, cause: error }
  if (status === 412 || name === 'PreconditionFailed') return 'exists'
  if (name === 'AbortError') {
    return new ReversibilityError('cancelled', `Stopped while trying to ${attempted.doing} ${where}.`, {
      ...options,
      remedy: 'Nothing to do: it was asked for.',
    })
  }
  if (name === 'NoSuchBucket') {
    return new ReversibilityError('not-found', `There is no bucket ${attempted.bucket} on the S3 server.`, {
      ...options,
      remedy:
        'Create it with versioning and Object Lock on, or correct the bucket in the plan (delivery.bucket).',
    })
  }
  if (status === 404 || name === 'NoSuchKey' || name === 'NoSuchVersion') {
    return new ReversibilityError('not-found', `There is no object ${where}.`, {
      ...options,
      remedy: 'Check the address; if it was there before, read the journal for an erasure.',
    })
  }
  if (status === 401 || status === 403 || name === 'CredentialsProviderError') {
    return new ReversibilityError(
      'access-denied',
      `The S3 server refused to ${attempted.doing} ${where} (${name}).`,
      {
        ...options,
        remedy: 'Check the credentials of the worker and its rights on the bucket.',
      },
    )
  }
  if (/^checksum mismatch/i.test(message)) {
    return new ReversibilityError(
      'integrity-mismatch',
      `${where} is not what was stored there (${message}).`,
      {
        ...options,
        remedy:
          'Check the disks and the memory of the S3 server, and restore the object from an untouched copy.',
      },
    )
  }
  if (name === 'SlowDown' || status === 429) {
    return new ReversibilityError('rate-limited', `The S3 server asks to slow down (${where}).`, {
      ...options,
      remedy: 'It is tried again by itself; if it lasts, lower the limits of the source.',
      retryAfterSeconds: 5,
    })
  }
  if (status === 507 || /no space|storage ?full|quota|insufficient/i.test(`${name} ${message}`)) {
    return new ReversibilityError('unavailable', `The S3 server has no room left for ${where} (${name}).`, {
      ...options,
      remedy: 'Free or add storage at the S3 server; the run goes on by itself.',
    })
  }
  return new ReversibilityError(
    'unavailable',
    `Could not ${attempted.doing} ${where}: ${name}${message ? `, ${message}` : ''}.`,
    { ...options, remedy: 'Check that the S3 server answers and has room; it is tried again by itself.' },
  )
}

function facts(error: unknown): { name: string; message: string; status: number | undefined } {
  if (!(error instanceof Error)) return { name: 'unknown', message: String(error), status: undefined }
  const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode
  const code = (error as { code?: string }).code
  return { name: code ?? error.name, message: error.message, status }
}
