import type { Stack } from '../../stack/stack.ts'
import type { PeerTools } from './tools.ts'

/** What every contender hands over, to the same bucket of the same server. */
export interface Workload {
  table: { database: string; rows: number; bytes: number }
  files: { folder: string; count: number; bytes: number }
}

export interface BenchContext {
  stack: Stack
  tools: PeerTools
  workload: Workload
  /** For files of its own; emptied at the end. */
  scratch: string
}

export interface Contender {
  name: string
  /** `table`: one table of a database. `files`: a tree of small files. */
  task: 'table' | 'files'
  /** True for ours: what the others are compared with. */
  ours: boolean
  /** What it does beyond copying, for the reader of the figures. */
  does: string
  /** Done before each round, not measured. */
  prepare?(prefix: string): Promise<void>
  /** A bash pipeline that puts its copy under a prefix of the bucket (ends in `/`). */
  command(prefix: string): string
  environment: NodeJS.ProcessEnv
  /** Processes that `prepare` left running to do the work. */
  alsoPids?(): number[]
  /** After each round, not measured: throws when the copy is not there. */
  check?(prefix: string, stdout: string): Promise<Checked>
  /** Ends what `prepare` started, whatever became of the round. */
  release?(): Promise<void>
}

export interface Checked {
  /** The time that counts, where it is not that of the whole command. */
  seconds: number
  /** Figures of its own, by name. */
  own: Record<string, number>
}
