import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { choosePort } from '../free-port.ts'
import { provideGoTool, temporalTool } from '../go-tools.ts'
import { startServer, untilReady } from '../server-process.ts'
import type { TemporalSettings } from '../state.ts'
import type { StartService } from './service.ts'

export const temporalNamespace = 'default'

/** What runs are listed by. Personal data stays out of them. */
export const searchAttributes = {
  ReversibilityContract: 'Keyword',
  ReversibilityKind: 'Keyword',
  ReversibilityPhase: 'Keyword',
  ReversibilityFindings: 'Int',
} as const

/** Temporal's development server with its state in one SQLite file. */
export const startTemporal: StartService<TemporalSettings> = async (context) => {
  const { layout, kept, keep, report, signal } = context
  const program = await provideGoTool(temporalTool, context)
  const settings: TemporalSettings = {
    port: await choosePort(kept?.port),
    httpPort: await choosePort(kept?.httpPort),
    uiPort: context.ui ? await choosePort(kept?.uiPort ?? undefined) : null,
  }
  keep(settings)
  report('starting', `starting Temporal (${program})`, 5)
  const folder = join(layout.folder, 'temporal')
  mkdirSync(folder, { recursive: true })
  const server = await startServer({
    program,
    args: [
      ...['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(settings.port)],
      ...['--http-port', String(settings.httpPort), '--db-filename', join(folder, 'temporal.sqlite')],
      ...(settings.uiPort === null ? ['--headless'] : ['--ui-port', String(settings.uiPort)]),
      ...['--log-level', 'error', '--namespace', temporalNamespace],
      ...Object.entries(searchAttributes).flatMap(([name, type]) => [
        '--search-attribute',
        `${name}=${type}`,
      ]),
    ],
    environment: context.environment,
    folder,
    logFile: context.logFile,
    stopSignal: 'SIGTERM',
  })
  context.started(server)
  await untilReady({
    name: 'Temporal',
    server,
    signal,
    timeoutSeconds: 90,
    probe: () => hasSearchAttributes(settings.httpPort),
  })
  return server
}

/** The search attributes are registered last, so once they are listed everything is there. */
async function hasSearchAttributes(httpPort: number): Promise<boolean> {
  const response = await fetch(
    `http://127.0.0.1:${httpPort}/api/v1/namespaces/${temporalNamespace}/search-attributes`,
    { signal: AbortSignal.timeout(2000) },
  )
  if (!response.ok) throw new Error(`Temporal's HTTP API answers ${response.status}`)
  const { customAttributes = {} } = (await response.json()) as { customAttributes?: Record<string, string> }
  return Object.keys(searchAttributes).every((name) => name in customAttributes)
}
