import type { Provisioning } from '../go-tools.ts'
import type { StackLayout } from '../layout.ts'
import type { ServerProcess } from '../server-process.ts'

export interface StartContext<Settings> extends Provisioning {
  layout: StackLayout
  /** What earlier starts chose; null at the first. */
  kept: Settings | null
  /** Whether a web interface is wanted, where the service has one. */
  ui: boolean
  /** Must be called before the server starts, so that nothing chosen is lost if this process dies. */
  keep(settings: Settings): void
  /** Must be called as soon as the server runs, so that it can be stopped whatever happens next. */
  started(server: ServerProcess): void
}

/** Finds the program, starts the server and resolves when it can be used. */
export type StartService<Settings> = (context: StartContext<Settings>) => Promise<ServerProcess>
