import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { TestProject } from 'vitest/node'
import { holdLock } from '../../stack/keeper-lock.ts'
import { stackLayout } from '../../stack/layout.ts'
import { openStack } from '../../stack/open-stack.ts'

/** What every test may reach, by `inject('stack')`: the addresses of servers that are for tests alone. */
export interface TestStack {
  temporal: { address: string; namespace: string }
  s3: { endpoint: string; region: string; bucket: string; accessKeyId: string; secretAccessKey: string }
  /** The user is a superuser. */
  postgresql: { host: string; port: number; user: string; password: string; url: string }
  /** The same as environment variables, for a program run by a test. */
  environment: Record<string, string>
}

declare module 'vitest' {
  interface ProvidedContext {
    stack: TestStack
  }
}

/** Opens the tests' own stack, apart from the user's; PostgreSQL's cluster is kept between runs for speed. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const root = fileURLToPath(new URL('../../.stack/tests', import.meta.url))
  clearLastRun(root)
  const stack = await openStack({
    root,
    onProgress: ({ service, state, message, expectedSeconds }) => {
      if (state !== 'building') return
      const expected = expectedSeconds === undefined ? '' : ` (about ${expectedSeconds} s)`
      process.stderr.write(`${service}: ${message}${expected}\n`)
    },
  })
  const { temporal, s3, postgresql } = stack
  project.provide('stack', {
    temporal: { address: temporal.address, namespace: temporal.namespace },
    s3: { ...s3 },
    postgresql: {
      host: postgresql.host,
      port: postgresql.port,
      user: postgresql.user,
      password: postgresql.password,
      url: postgresql.url('postgres'),
    },
    environment: stack.environment(),
  })
  return () => stack.stop()
}

/** Removes what earlier runs stored, which was left for a look at failures. Not while another run uses it. */
function clearLastRun(root: string): void {
  const { folder, lockFile } = stackLayout(root)
  const lock = holdLock(lockFile, 0)
  if (lock === undefined) return
  try {
    for (const service of ['s3', 'temporal']) rmSync(join(folder, service), { recursive: true, force: true })
  } finally {
    lock.close()
  }
}
