import { readFile } from 'node:fs/promises'

export interface Owners {
  user(uid: number): string
  group(gid: number): string
}

/** Names of this machine's own users and groups. Those of a directory service keep their numbers alone. */
export async function localOwners(): Promise<Owners> {
  const [users, groups] = await Promise.all([namesIn('/etc/passwd'), namesIn('/etc/group')])
  return { user: (uid) => users.get(uid) ?? '', group: (gid) => groups.get(gid) ?? '' }
}

async function namesIn(path: string): Promise<Map<number, string>> {
  const names = new Map<number, string>()
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    // A system without such a file has no local names.
    if (error.code === 'ENOENT') return ''
    throw error
  })
  for (const line of text.split('\n')) {
    const [name, , id] = line.split(':')
    if (name && id !== undefined && /^\d+$/.test(id) && !names.has(Number(id))) names.set(Number(id), name)
  }
  return names
}
