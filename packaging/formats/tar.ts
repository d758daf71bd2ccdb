import { createHash } from 'node:crypto'
import { ReversibilityError } from '../../contract/errors.ts'
import { type EntryType, entryBytes, type Fingerprint } from '../../contract/fingerprint.ts'
import { RecordDigest } from './digest.ts'
import { readTar, type TarEntry } from './tar-reader.ts'

const entryTypes: Record<TarEntry['type'], EntryType | undefined> = {
  file: 'file',
  directory: 'directory',
  symlink: 'symlink',
  link: 'hardlink',
  other: undefined,
}

/** The fingerprint of a tar archive: one record an entry. Throws `integrity-mismatch` for an archive cut short. */
export async function fingerprintTar(plain: AsyncIterable<Uint8Array>): Promise<Fingerprint> {
  const digest = new RecordDigest()
  for await (const entry of readTar(plain)) {
    const type = entryTypes[entry.type]
    if (type === undefined) {
      throw new ReversibilityError(
        'integrity-mismatch',
        'A tar volume holds an entry that is neither a file, a folder nor a link.',
        {
          remedy: 'Refuse the volume: the connector delivers such entries as omissions, never in an archive.',
        },
      )
    }
    digest.add(
      entryBytes({
        type,
        path: relativePath(entry.path),
        mode: entry.mode,
        mtimeSeconds: entry.mtime.seconds,
        detail: await detailOf(entry),
      }),
    )
  }
  return digest.fingerprint()
}

async function detailOf(entry: TarEntry): Promise<string | Uint8Array> {
  if (entry.type === 'symlink') return entry.target
  if (entry.type === 'link') return relativePath(entry.target)
  if (entry.type === 'directory') return ''
  const hash = createHash('sha256')
  for await (const chunk of entry.content) hash.update(chunk)
  return hash.digest('hex')
}

function relativePath(path: Buffer): Buffer {
  let start = 0
  let end = path.length
  while (path[start] === 0x2e && path[start + 1] === 0x2f) start += 2
  while (end > start && path[end - 1] === 0x2f) end--
  return path.subarray(start, end)
}
