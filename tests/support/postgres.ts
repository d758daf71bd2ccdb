import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { inject } from 'vitest'
import type {} from './global-setup.ts'

export interface TestDatabase {
  name: string
  /** With the password. */
  url: string
}

/** An empty database in the tests' server, made anew if it is there. Without a name, one that no other test has. */
export async function createDatabase(
  name = `test_${randomBytes(6).toString('hex')}`,
  options: { template?: string } = {},
): Promise<TestDatabase> {
  await dropDatabase(name)
  const template = options.template ?? 'template0'
  await asSuperuser(`CREATE DATABASE ${pg.escapeIdentifier(name)} TEMPLATE ${pg.escapeIdentifier(template)}`)
  return { name, url: databaseUrl(name) }
}

/** Disconnects whoever is connected. Already gone is fine. */
export async function dropDatabase(name: string): Promise<void> {
  await asSuperuser(`DROP DATABASE IF EXISTS ${pg.escapeIdentifier(name)} WITH (FORCE)`)
}

/** The address of a database in the tests' server, for another user when given. */
export function databaseUrl(name: string, user?: { name: string; password: string }): string {
  const url = new URL(inject('stack').postgresql.url)
  url.pathname = `/${encodeURIComponent(name)}`
  if (user !== undefined) {
    url.username = encodeURIComponent(user.name)
    url.password = encodeURIComponent(user.password)
  }
  return url.href
}

/** Runs statements in a database, `postgres` by default. */
export async function asSuperuser(sql: string, database = 'postgres'): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: databaseUrl(database) })
  await client.connect()
  try {
    return await client.query(sql)
  } finally {
    await client.end()
  }
}
