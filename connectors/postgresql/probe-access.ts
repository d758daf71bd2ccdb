import { ReversibilityError } from '../../contract/errors.ts'
import { type ServerSettings, serverName } from './config.ts'
import { closeSession, openSession } from './connection.ts'

/** Whether the login is still accepted, and what the server answered. Throws when it could not be asked. */
export async function probeAccess(server: ServerSettings): Promise<{ allowed: boolean; evidence: string }> {
  const who = `${server.user} to ${server.database} at ${serverName(server)}`
  try {
    const session = await openSession(server, undefined, 'reversibility: probe')
    await closeSession(session)
    return { allowed: true, evidence: `The server let in ${who}.` }
  } catch (error) {
    if (
      error instanceof ReversibilityError &&
      (error.type === 'access-denied' || error.type === 'not-found')
    ) {
      return { allowed: false, evidence: `The server refused ${who}: ${error.message}` }
    }
    throw error
  }
}
