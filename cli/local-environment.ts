import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { defaultRoot, type ServiceName } from '../stack/layout.ts'
import { openStack } from '../stack/open-stack.ts'
import type { StackProgress } from '../stack/stack.ts'
import { writePrivately } from '../stack/state.ts'
import { newKeyringLine } from '../temporal/keyring.ts'

export interface LocalEnvironment {
  /** True when this process had to bring servers of its own, and so a worker too. */
  embedded: boolean
  /** A superuser's address of a database on the local PostgreSQL. */
  postgresqlUrl(database: string): string
  /** Private folder of this checkout for what must outlive a run. */
  folder: string
  close(): Promise<void>
}

/**
 * Makes sure that Temporal and S3 can be reached, and puts what the product reads into this process's environment:
 * servers that the environment names are used as they are; the others are started on this machine.
 */
export async function openLocalEnvironment(options: {
  onProgress(progress: StackProgress): void
  signal: AbortSignal
  /** Whether a PostgreSQL server is wanted too: the example's databases live there. */
  needsPostgresql: boolean
}): Promise<LocalEnvironment> {
  const embedded = !process.env.TEMPORAL_ADDRESS
  const { needsPostgresql, ...opening } = options
  const services: ServiceName[] = [
    // Workers elsewhere could not know of an S3 server started here.
    ...(embedded ? (['temporal', 's3'] as const) : []),
    ...(needsPostgresql ? (['postgresql'] as const) : []),
  ]
  const stack = await openStack({ ...opening, services })
  for (const [name, value] of Object.entries(stack.environment())) process.env[name] ??= value
  const folder = join(defaultRoot(), '.stack')
  if (embedded) process.env.REVERSIBILITY_KEYRING ??= localKeyring(join(folder, 'keyring'))
  return {
    embedded,
    folder,
    postgresqlUrl: (database) => stack.postgresql.url(database),
    close: () => stack.stop(),
  }
}

/** Payloads are encrypted on one's own machine too: trying and running are the same code. */
function localKeyring(file: string): string {
  if (!existsSync(file) || readFileSync(file, 'utf8') === '') {
    mkdirSync(dirname(file), { recursive: true })
    writePrivately(file, newKeyringLine('local'))
  }
  return file
}
