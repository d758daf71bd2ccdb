import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { StackError } from './stack-error.ts'

/** Whom PostgreSQL runs as: it refuses to be root. */
export interface UnprivilegedUser {
  name: string
  uid: number
  gid: number
}

/** Undefined when this process is not root: then nothing has to change. */
export function unprivilegedUser(): UnprivilegedUser | undefined {
  if (process.getuid?.() !== 0) return undefined
  const accounts = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
  for (const name of ['postgres', 'nobody']) {
    const account = accounts.find((fields) => fields[0] === name)
    const uid = Number(account?.[2])
    const gid = Number(account?.[3])
    if (account !== undefined && Number.isInteger(uid) && Number.isInteger(gid)) return { name, uid, gid }
  }
  throw new StackError(
    'not-found',
    'PostgreSQL does not run as root, and there is no user postgres or nobody.',
    {
      remedy: 'Add a system user named postgres, or run this as an ordinary user.',
    },
  )
}

/** Whether that user may write in a folder or run a file, every folder above it included. */
export function userMay(user: UnprivilegedUser | undefined, right: 'write' | 'run', path: string): boolean {
  const identity = user === undefined ? {} : { uid: user.uid, gid: user.gid }
  const flag = right === 'write' ? '-w' : '-x'
  const result = spawnSync('/bin/sh', ['-c', `test ${flag} "$1"`, 'sh', path], {
    ...identity,
    cwd: '/',
    stdio: 'ignore',
  })
  return result.status === 0
}
