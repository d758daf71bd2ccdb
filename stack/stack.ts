import type { ServiceName } from './layout.ts'
import type { ServicePhase } from './state.ts'

/** The three servers that the product works with, and how to reach them. */
export interface Stack {
  temporal: { address: string; namespace: string; uiAddress?: string }
  s3: { endpoint: string; region: string; bucket: string; accessKeyId: string; secretAccessKey: string }
  postgresql: {
    host: string
    port: number
    user: string
    password: string
    /** A connection address with the password in it: for a client, not for a screen. */
    url(database: string): string
  }
  /** The same as the environment variables that the product reads. Holds secrets. */
  environment(): Record<string, string>
  /**
   * Gives up this process's part. When it was the last that used the stack, resolves once everything has stopped.
   * Servers given by the environment are left alone. May be called twice.
   */
  stop(): Promise<void>
}

export interface StackProgress {
  service: ServiceName
  /** `given`: by the environment, so nothing is started. */
  state: ServicePhase | 'given'
  message: string
  /** How long this step takes on two idle cores. */
  expectedSeconds?: number
}
