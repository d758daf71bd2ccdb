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
  /** After each round, not measured: throws when the copy is not there; may answer figures of its own. */
  check?(prefix: string, stdout: string): Promise<Record<string, number>>
}
