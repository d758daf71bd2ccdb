import { z } from 'zod'
import type { RestoreType } from '../connector.ts'
import { findClientPrograms } from './client-programs.ts'
import { parseUrl, secretReference } from './config.ts'
import { createScratchDatabase, scratchName } from './scratch-database.ts'
import { scratchTargetOf } from './scratch-target.ts'

/** A `rehearsal.restoreTargets` entry: a server kept for scratch databases. */
const scratchServer = z.strictObject({
  server: secretReference.describe(
    'Reference to a postgresql:// URL of a server for scratch databases, as a superuser or a user with CREATEDB and CREATEROLE',
  ),
})

/** Restores into a database of its own, `rev_…`. Roles that are missing there are made without login and go with it. */
export const restore: RestoreType<z.infer<typeof scratchServer>> = {
  target: scratchServer,
  argument: 'server',
  async open({ server: reference }, name, { fresh }, secrets) {
    const server = parseUrl(await secrets(reference), reference)
    const programs = await findClientPrograms()
    const database = scratchName(name)
    await createScratchDatabase(server, database, fresh)
    return scratchTargetOf({ server, database, programs })
  },
}
