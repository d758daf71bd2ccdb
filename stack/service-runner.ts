import { renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { ServiceName, StackLayout } from './layout.ts'
import { lastLines, type ServerProcess, stopProcess } from './server-process.ts'
import type { StartService } from './services/service.ts'
import { reasonOf, StackError } from './stack-error.ts'
import type { ServicePhase } from './state.ts'

const maxLogBytes = 8 * 1024 * 1024

/** What is told about a service in `stack.json`. */
export interface ServiceRecord<Settings> {
  phase: ServicePhase
  message: string
  expectedSeconds: number | null
  process: { pid: number; started: string } | null
  remedy: string | null
  settings: Settings | null
}

/** One service in its keeper's hands: started when wanted, told apart when it fails, stopped at the end. */
export class ServiceRunner<Settings> {
  record: ServiceRecord<Settings>
  private readonly name: ServiceName
  private readonly layout: StackLayout
  private readonly startService: StartService<Settings>
  private readonly changed: () => void
  private readonly aborting = new AbortController()
  private server: ServerProcess | undefined
  private starting: Promise<void> | undefined
  private stopping = false

  constructor(options: {
    name: ServiceName
    layout: StackLayout
    start: StartService<Settings>
    kept: Settings | null
    /** Called after each change of the record. */
    changed: () => void
  }) {
    this.name = options.name
    this.layout = options.layout
    this.startService = options.start
    this.changed = options.changed
    this.record = { ...notRunning, settings: options.kept }
  }

  /** Starts the service unless it runs or is on its way. A failed one is tried again. */
  want(ui: boolean): void {
    if (this.starting !== undefined || this.record.phase === 'ready' || this.stopping) return
    this.update({ phase: 'finding', message: 'looking for the program', remedy: null })
    this.starting = this.start(ui).finally(() => {
      this.starting = undefined
    })
  }

  /** Ends a build or a start under way, then the server. */
  async stop(): Promise<void> {
    this.stopping = true
    this.aborting.abort(
      new StackError('cancelled', 'The stack is being stopped.', { remedy: 'Start it again.' }),
    )
    await this.starting
    await this.stopServer()
    this.update({ ...notRunning, settings: this.record.settings })
  }

  private async start(ui: boolean): Promise<void> {
    const logFile = join(this.layout.logFolder, `${this.name}.log`)
    try {
      setAsideLargeLog(logFile)
      const server = await this.startService({
        layout: this.layout,
        environment: process.env,
        logFile,
        signal: this.aborting.signal,
        kept: this.record.settings,
        ui,
        report: (phase, message, expectedSeconds) =>
          this.update({ phase, message, expectedSeconds: expectedSeconds ?? null }),
        keep: (settings) => this.update({ settings }),
        started: (server) => {
          this.server = server
          this.update({ process: server.identity })
          void server.ended.then((how) => this.serverEnded(server, how))
        },
      })
      if (this.server === server) this.update({ phase: 'ready', message: 'ready', expectedSeconds: null })
    } catch (error) {
      await this.stopServer()
      this.update({
        phase: 'failed',
        message: reasonOf(error),
        expectedSeconds: null,
        remedy: error instanceof StackError ? error.remedy : `Read the logs in ${this.layout.logFolder}.`,
      })
    }
  }

  private serverEnded(server: ServerProcess, how: string): void {
    if (this.server !== server) return
    this.server = undefined
    this.update({ process: null })
    // While it starts, the start itself notices and says so.
    if (this.starting !== undefined || this.stopping) return
    this.update({
      phase: 'failed',
      message: `${this.name} ended by itself (${how}).`,
      remedy: `Read ${server.logFile}. Its last lines:\n${lastLines(server.logFile)}`,
    })
  }

  private async stopServer(): Promise<void> {
    const server = this.server
    if (server === undefined) return
    await stopProcess(server.identity, server.stopSignal)
    this.server = undefined
    this.update({ process: null })
  }

  private update(change: Partial<ServiceRecord<Settings>>): void {
    this.record = { ...this.record, ...change }
    this.changed()
  }
}

/** Keeps what a server says from growing for ever: one log in use, one before it. */
function setAsideLargeLog(file: string): void {
  const bytes = statSync(file, { throwIfNoEntry: false })?.size ?? 0
  if (bytes > maxLogBytes) renameSync(file, `${file}.previous`)
}

const notRunning = {
  phase: 'stopped',
  message: 'not running',
  expectedSeconds: null,
  process: null,
  remedy: null,
} as const
