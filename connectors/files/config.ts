import { isAbsolute } from 'node:path'
import { z } from 'zod'
import { ReversibilityError } from '../../contract/errors.ts'
import { isSecretReference } from '../../contract/plan/secret-reference.ts'
import type { SecretResolver } from '../connector.ts'

const pathFault = 'must be an absolute path, as the worker sees it, or a reference to one, env:NAME'

/** A folder's path; by reference where it differs from worker to worker. */
const absolutePath = z
  .string()
  .max(4_000)
  .refine((path) => isAbsolute(path) || isSecretReference(path), pathFault)
  .refine((path) => !path.includes('\0'), 'must not hold a NUL character')

/** The path itself, whether it was given as it is or by reference. Throws `invalid-input` when it is not absolute. */
export async function resolvePath(path: string, secrets: SecretResolver): Promise<string> {
  if (!isSecretReference(path)) return path
  const resolved = (await secrets(path)).replace(/\r?\n$/, '')
  if (isAbsolute(resolved) && !resolved.includes('\0')) return resolved
  throw new ReversibilityError('invalid-input', `${path} does not give an absolute path.`, {
    remedy: 'Set it to the path of a folder, from the root, as the worker sees it.',
    subject: path,
  })
}

/** What a plan says under `config` of a source read by the connector `files`. */
export const filesConfig = z.strictObject({
  root: absolutePath.describe('The folder whose whole tree is handed over, as the worker sees it.'),
  crossMounts: z
    .boolean()
    .optional()
    .describe(
      'Follow the tree into other file systems mounted inside it. Without it, each is reported as left out.',
    ),
})
export type FilesConfig = z.infer<typeof filesConfig>

/** What a plan says of a restore target for trees. */
export const filesTarget = z.strictObject({
  folder: absolutePath.describe('An existing folder in which scratch trees may be made and removed.'),
})
export type FilesTarget = z.infer<typeof filesTarget>
