import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { ConnectorContext, Discovered, Epoch } from '../../connectors/connector.ts'
import { postgresql } from '../../connectors/postgresql/index.ts'
import type { Dataset, Part } from '../../contract/dataset.ts'
import { memoryWorkspace } from '../support/memory-workspace.ts'
import { asSuperuser, createDatabase, databaseUrl, dropDatabase } from '../support/postgres.ts'

export const never = new AbortController().signal

/** Secrets of a test by reference. */
const secrets = new Map<string, string>()

export function secretOf(value: string): string {
  const reference = `env:TEST_${secrets.size}`
  secrets.set(reference, value)
  return reference
}

export function contextOf(overrides: Partial<ConnectorContext> = {}): ConnectorContext {
  return {
    secrets: async (reference) => secrets.get(reference)!,
    workspace: memoryWorkspace(),
    selection: { include: ['**'], exclude: [] },
    maxConnections: 8,
    ...overrides,
  }
}

export interface Roles {
  owner: string
  reader: string
  member: string
  /** Of the reader, who may log in. */
  password: string
}

export async function createRoles(): Promise<Roles> {
  const tag = randomBytes(5).toString('hex')
  const roles = {
    owner: `owner_${tag}`,
    reader: `reader_${tag}`,
    member: `member_${tag}`,
    password: `pw-${tag}`,
  }
  await asSuperuser(
    `CREATE ROLE ${roles.owner} NOLOGIN; CREATE ROLE ${roles.member} NOLOGIN;
     CREATE ROLE ${roles.reader} LOGIN PASSWORD '${roles.password}'`,
  )
  return roles
}

export async function dropRoles({ owner, reader, member }: Roles): Promise<void> {
  await asSuperuser(`DROP ROLE IF EXISTS ${owner}, ${reader}, ${member}`)
}

export interface AwkwardDatabase {
  name: string
  url: string
  roles: Roles
  readerUrl: string
  destroy(): Promise<void>
}

/** A database with everything that a copy easily loses. */
export async function awkwardDatabase(): Promise<AwkwardDatabase> {
  const roles = await createRoles()
  const { name, url } = await createDatabase()
  const text = readFileSync(new URL('./postgresql-awkward.sql', import.meta.url), 'utf8')
  const sql = text
    .replaceAll(/\bOWNER TO OWNER\b/g, `OWNER TO ${roles.owner}`)
    .replaceAll(/\bREADER\b/g, roles.reader)
    .replaceAll(/\bMEMBER TO OWNER\b/g, `${roles.member} TO ${roles.owner}`)
  await asSuperuser(sql, name)
  await asSuperuser(`ALTER DATABASE ${name} SET work_mem TO '5MB'`)
  await asSuperuser(`ALTER ROLE ${roles.owner} IN DATABASE ${name} SET search_path TO compta, public`)
  await asSuperuser('ANALYZE', name)
  return {
    name,
    url,
    roles,
    readerUrl: databaseUrl(name, { name: roles.reader, password: roles.password }),
    async destroy() {
      await dropDatabase(name)
      await dropRoles(roles)
    },
  }
}

/** Connections of the connector to a database. */
export async function connectionsTo(name: string): Promise<number> {
  const { rows } = await asSuperuser(
    `SELECT count(*)::int AS number FROM pg_stat_activity WHERE datname = '${name}' AND backend_type = 'client backend'`,
  )
  return rows[0].number
}

export function open(url: string, overrides: Partial<ConnectorContext> = {}) {
  return postgresql.open({ url: secretOf(url) }, contextOf(overrides))
}

export async function collect<Value>(values: AsyncIterable<Value>): Promise<Value[]> {
  const all: Value[] = []
  for await (const value of values) all.push(value)
  return all
}

export async function discovered(epoch: Epoch): Promise<{ all: Discovered[]; datasets: Dataset[] }> {
  const all = await collect(epoch.discover(never))
  return { all, datasets: all.flatMap((item) => (item.type === 'dataset' ? [item.dataset] : [])) }
}

export async function partsOf(epoch: Epoch, dataset: Dataset, targetBytes = 1 << 30): Promise<Part[]> {
  return collect(epoch.partition(dataset, targetBytes, never))
}

export async function textOf(epoch: Epoch, part: Part): Promise<string> {
  return Buffer.concat(await collect(epoch.read(part, never).bytes)).toString('utf8')
}

/** The one part of a dataset as text. */
export async function datasetText(epoch: Epoch, datasets: Dataset[], id: string): Promise<string> {
  const dataset = datasets.find((each) => each.id === id)
  if (dataset === undefined) throw new Error(`no dataset ${id}`)
  const [part] = await partsOf(epoch, dataset)
  return textOf(epoch, part!)
}
