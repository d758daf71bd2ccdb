import { type ErrorType, ReversibilityError } from '../../contract/errors.ts'

const types: Record<string, { type: ErrorType; what: string; remedy: string }> = {
  ENOENT: {
    type: 'not-found',
    what: 'does not exist',
    remedy: 'Check the path, and that its file system is mounted.',
  },
  ENOTDIR: { type: 'not-found', what: 'is not a folder', remedy: 'Name a folder.' },
  EACCES: { type: 'access-denied', what: 'may not be read', remedy: "Let the worker's user read it." },
  EPERM: { type: 'access-denied', what: 'may not be read', remedy: "Let the worker's user read it." },
  EROFS: {
    type: 'access-denied',
    what: 'is on a read-only file system',
    remedy: 'Name a folder that may be written.',
  },
  EMFILE: {
    type: 'unavailable',
    what: 'cannot be opened: too many open files',
    remedy: 'Raise the limit of open files (ulimit -n), or lower limits.connections.',
  },
  ENFILE: {
    type: 'unavailable',
    what: 'cannot be opened: the system has too many open files',
    remedy: 'Raise fs.file-max.',
  },
  ENOSPC: {
    type: 'unavailable',
    what: 'cannot be written: the disk is full',
    remedy: 'Free space on that disk.',
  },
}

/** Turns a failure of the file system about one path into the taxonomy. What is not known stays retryable. */
export function fileError(error: unknown, path: string): unknown {
  const code = (error as NodeJS.ErrnoException | undefined)?.code
  if (error instanceof ReversibilityError || typeof code !== 'string' || !/^E[A-Z0-9]+$/.test(code))
    return error
  const known = types[code] ?? {
    type: 'unavailable' as const,
    what: `cannot be used (${code})`,
    remedy: "Check the file system and the machine's log.",
  }
  // The cause repeats the path and no content.
  return new ReversibilityError(known.type, `${path} ${known.what}.`, {
    remedy: known.remedy,
    subject: path,
    cause: error,
  })
}

export function isGone(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code
  return code === 'ENOENT' || code === 'ENOTDIR'
}

/** Throws `cancelled` once the signal is aborted. */
export function throwIfCancelled(signal: AbortSignal): void {
  if (!signal.aborted) return
  throw new ReversibilityError('cancelled', 'Cancelled.', { remedy: 'Start it again when it is wanted.' })
}
