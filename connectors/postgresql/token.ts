import { createHash } from 'node:crypto'
import { ReversibilityError } from '../../contract/errors.ts'

/** What names one consistent reading, so that another process can join it and know that it is the same. */
export interface EpochToken {
  /** The cluster's own number, or `-` where the server does not tell. */
  systemIdentifier: string
  databaseOid: number
  /** As `pg_export_snapshot` gave it. */
  snapshot: string
  /** Of the session that holds it. */
  holderPid: number
  /** When the holder's transaction began: microseconds since 1970. With the pid, it cannot come twice. */
  startedMicroseconds: bigint
  /** Unknown to the source: what `pg_dump` writes behind `\restrict` is made from it. */
  nonce: string
}

export function formatToken(token: EpochToken): string {
  const { systemIdentifier, databaseOid, snapshot, holderPid, startedMicroseconds, nonce } = token
  return ['pg1', systemIdentifier, databaseOid, snapshot, holderPid, startedMicroseconds, nonce].join(':')
}

/** Throws `epoch-lost` for what `formatToken` never wrote. */
export function parseToken(text: string): EpochToken {
  const match = /^pg1:(\d+|-):(\d+):([0-9A-Fa-f-]+):(\d+):(\d+):([0-9a-f]{32})$/.exec(text)
  if (match === null) {
    throw new ReversibilityError('epoch-lost', 'This is not the token of a reading of PostgreSQL.', {
      remedy: 'Give the token that openEpoch returned, or open a new epoch.',
    })
  }
  const [, systemIdentifier, databaseOid, snapshot, holderPid, started, nonce] = match
  return {
    systemIdentifier: systemIdentifier!,
    databaseOid: Number(databaseOid),
    snapshot: snapshot!,
    holderPid: Number(holderPid),
    startedMicroseconds: BigInt(started!),
    nonce: nonce!,
  }
}

/** RFC 3339 with the server's microseconds. */
export function openedAtOf(token: EpochToken): string {
  const milliseconds = Number(token.startedMicroseconds / 1000n)
  const micro = String(token.startedMicroseconds % 1_000_000n).padStart(6, '0')
  return new Date(milliseconds).toISOString().replace(/\.\d{3}Z$/, `.${micro}Z`)
}

/** The key of `\restrict` in dumps of this reading: the same for all readers, and not to be guessed by the source. */
export function restrictKeyOf(token: EpochToken): string {
  return createHash('sha256').update(`restrict ${token.nonce}`).digest('hex')
}

/** Files of a reading in its workspace: of an instant outside the snapshot, they are written once, when it is opened. */
export function workspaceFile(
  token: EpochToken,
  name: 'sizes.jsonl' | 'sequences.sql' | 'neighbours.jsonl',
): string {
  return `${token.nonce.slice(0, 12)}-${name}`
}
