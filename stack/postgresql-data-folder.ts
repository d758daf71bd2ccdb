import { chmodSync, chownSync, existsSync, lstatSync, mkdirSync, rmdirSync } from 'node:fs'
import { join } from 'node:path'
import type { StackLayout } from './layout.ts'
import { publicFolder } from './postgresql-programs.ts'
import { StackError } from './stack-error.ts'
import { type UnprivilegedUser, userMay } from './unprivileged-user.ts'

/** In the stack's own folder, unless the user that PostgreSQL runs as cannot get there: then outside any home. */
export function chooseDataFolder(layout: StackLayout, user: UnprivilegedUser | undefined): string {
  const inside = join(layout.folder, 'postgresql')
  if (isWritable(inside, user)) return inside
  const outside = join(ownPublicFolder(layout), 'data')
  if (isWritable(outside, user)) return outside
  throw new StackError(
    'unavailable',
    `The user ${user?.name ?? 'running this'} can write neither in ${inside} nor in ${outside}.`,
    {
      remedy: 'Move the checkout to a folder that other users can enter, or run this as an ordinary user.',
    },
  )
}

/** Makes the folder for the user that PostgreSQL runs as; leaves none behind where that user cannot get. */
function isWritable(folder: string, user: UnprivilegedUser | undefined): boolean {
  const existed = existsSync(folder)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  giveTo(user, folder)
  if (userMay(user, 'write', folder)) return true
  if (!existed) rmdirSync(folder)
  return false
}

/** Made by this user, not found: anybody may make folders where it stands. */
function ownPublicFolder(layout: StackLayout): string {
  const folder = publicFolder('postgresql', layout.root)
  mkdirSync(folder, { recursive: true, mode: 0o711 })
  const found = lstatSync(folder)
  if (found.isDirectory() && found.uid === process.getuid?.()) return folder
  throw new StackError('unavailable', `${folder} belongs to another user.`, {
    remedy: 'Remove it, or move the checkout to a folder that other users can enter.',
  })
}

/** Makes a file or folder that user's own, and nobody else's. */
export function giveTo(user: UnprivilegedUser | undefined, path: string): void {
  if (user === undefined) return
  chownSync(path, user.uid, user.gid)
  if (lstatSync(path).isDirectory()) chmodSync(path, 0o700)
}
