import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ReversibilityError } from '../../contract/errors.ts'
import { databaseNames, writeDatabases } from './database.ts'
import { dateDocuments } from './documents.ts'
import { exampleKeys } from './keys.ts'
import { shareVersion, writeShare } from './share.ts'

export interface ExampleRequest {
  /** `postgresql://` URL of a superuser; its databases `orme_erp` and `orme_archives_2019` are this example's. */
  serverUrl: string
  /** Absolute; made when absent. Holds `partage/`, `restauration/`, `keys/` and a mark of what was made. */
  folder: string
  /** A whole number from 0 to 2,000,000,000. */
  seed: number
  onProgress?(message: string): void
}

interface Mark {
  seed: number
  shareVersion: number
  /** When the documents were dated. They age with the calendar, and the plan's faults must stay as described. */
  documentsDatedAt: string
}

const documentsDriftMilliseconds = 7 * 86_400_000

/**
 * Makes the sources of the example contract: two databases and a file share, the same for the same seed. Does nothing
 * where they stand already. Answers the environment that `plan.yaml` refers to. One folder per server: the passwords
 * of the roles are the folder's.
 */
export async function generateExample(
  request: ExampleRequest,
): Promise<{ environment: Record<string, string> }> {
  const { serverUrl, folder, seed } = request
  const onMessage = request.onProgress ?? (() => undefined)
  if (!Number.isInteger(seed) || seed < 0 || seed > 2_000_000_000) {
    throw new ReversibilityError('invalid-input', `The seed ${seed} cannot be used.`, {
      remedy: 'Give a whole number from 0 to 2000000000.',
    })
  }
  await mkdir(join(folder, 'restauration'), { recursive: true })
  const keys = await exampleKeys(folder)
  const { readerPassword, rehearsalPassword } = keys
  // One after the other would waste the second core: the server fills its tables while files are written here.
  const outcomes = await Promise.allSettled([
    writeDatabases({ serverUrl, seed, readerPassword, rehearsalPassword, onMessage }),
    ensureShare(folder, seed, onMessage),
  ])
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason
  return {
    environment: {
      ORME_ERP_URL: addressOf(serverUrl, 'orme_lecture', readerPassword, databaseNames.erp),
      ORME_SCRATCH_URL: addressOf(serverUrl, 'orme_repetition', rehearsalPassword, 'postgres'),
      ORME_BASE_MAINTENANCE: systemAddress(serverUrl, 'postgres'),
      ORME_PARTAGE: join(folder, 'partage'),
      ORME_RESTAURATION: join(folder, 'restauration'),
      ORME_SIGNING_KEY: keys.signingKey,
      ORME_PUBLIC_KEY: keys.publicKey,
      ORME_RECIPIENT: keys.recipient,
      ORME_WEBHOOK_SECRET: keys.webhookSecret,
    },
  }
}

async function ensureShare(
  folder: string,
  seed: number,
  onMessage: (message: string) => void,
): Promise<void> {
  const path = join(folder, 'exemple.json')
  const mark = await readMark(path)
  const now = new Date()
  if (mark?.seed === seed && mark.shareVersion === shareVersion) {
    if (now.getTime() - Date.parse(mark.documentsDatedAt) < documentsDriftMilliseconds) return
    await dateDocuments(join(folder, 'partage'), now)
  } else {
    onMessage('Partage de fichiers : 5 200 fichiers, 90 Mo')
    await writeShare({ folder, seed, now })
  }
  const written: Mark = { seed, shareVersion, documentsDatedAt: now.toISOString() }
  await writeFile(`${path}.part`, `${JSON.stringify(written)}\n`)
  await rename(`${path}.part`, path)
}

async function readMark(path: string): Promise<Mark | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Mark
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

function addressOf(serverUrl: string, user: string, password: string, database: string): string {
  const url = new URL(serverUrl)
  url.username = user
  url.password = password
  url.pathname = `/${database}`
  return url.href
}

/** A database as reports name it: without user or password. */
function systemAddress(serverUrl: string, database: string): string {
  const { hostname, port } = new URL(serverUrl)
  return `postgresql://${hostname}:${port === '' ? 5432 : port}/${database}`
}
