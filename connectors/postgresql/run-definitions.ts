import { ReversibilityError } from '../../contract/errors.ts'
import type { VolumeToLoad } from '../connector.ts'
import { runToEnd } from './child-program.ts'
import { type ClientPrograms, programEnvironment } from './client-programs.ts'
import { type ServerSettings, serverName } from './config.ts'
import { quoteText } from './names.ts'
import { failureOfPsql } from './psql-failure.ts'
import { scratchVariable } from './roles.ts'
import { ledgerSchema } from './scratch-ledger.ts'
import { settingOptions } from './session-settings.ts'

/** Runs a volume of SQL by psql, in one transaction with its line of the ledger. */
export async function runDefinitions(run: {
  server: ServerSettings
  programs: ClientPrograms
  volume: VolumeToLoad
  bytes: AsyncIterable<Uint8Array>
  signal: AbortSignal
}): Promise<void> {
  const { server, programs, volume, bytes, signal } = run
  const action = `loading ${volume.path}`
  const end = await runToEnd({
    command: programs.psql,
    args: [
      ...['-X', '-q', '-w', '-1', '-o', '/dev/null'],
      ...['-v', 'ON_ERROR_STOP=1', '-v', 'VERBOSITY=verbose', '-v', 'SHOW_CONTEXT=never'],
      ...['-v', `${scratchVariable}=1`],
      ...['-f', '-'],
      ...['-c', `INSERT INTO ${ledgerSchema}.volumes (path) VALUES (${quoteText(volume.path)})`],
    ],
    environment: {
      ...programEnvironment(server),
      PGOPTIONS: `${settingOptions()} -c maintenance_work_mem=256MB -c client_min_messages=warning`,
    },
    input: bytes,
    signal,
    action,
  })
  if (end.exitCode === 0) return
  const missing = /extension "([^"]+)" is not available|control file ".*\/([^/"]+)\.control"/.exec(end.errors)
  const extension = missing?.[1] ?? missing?.[2]
  if (extension !== undefined) {
    throw new ReversibilityError(
      'unsupported',
      `${volume.path} needs the extension ${extension}, which ${serverName(server)} does not have.`,
      { remedy: `Install the extension ${extension} on that server.`, subject: volume.dataset.id },
    )
  }
  throw failureOfPsql(end, { server, action, subject: volume.dataset.id })
}
