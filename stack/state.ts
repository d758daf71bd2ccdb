import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { z } from 'zod'
import { StackError } from './stack-error.ts'

const identity = z.object({ pid: z.number(), started: z.string() })

export const servicePhases = ['stopped', 'finding', 'building', 'starting', 'ready', 'failed'] as const
export type ServicePhase = (typeof servicePhases)[number]

/** What is chosen at the first start of a service and kept for later ones. */
const settings = {
  temporal: z.object({ port: z.number(), httpPort: z.number(), uiPort: z.number().nullable() }),
  s3: z.object({ port: z.number(), accessKeyId: z.string(), secretAccessKey: z.string() }),
  postgresql: z.object({ port: z.number(), password: z.string(), dataFolder: z.string() }),
}

export type TemporalSettings = z.infer<typeof settings.temporal>
export type S3Settings = z.infer<typeof settings.s3>
export type PostgresqlSettings = z.infer<typeof settings.postgresql>

function service<S extends z.ZodType>(of: S) {
  return z.object({
    phase: z.enum(servicePhases),
    /** What is being done, for a person. */
    message: z.string(),
    expectedSeconds: z.number().nullable(),
    process: identity.nullable(),
    remedy: z.string().nullable(),
    settings: of.nullable(),
  })
}

const stackState = z.object({
  format: z.literal(1),
  keeper: identity.extend({
    phase: z.enum(['running', 'stopping']),
    /** Names of the leases that the keeper has taken into account: what follows is true for them. */
    leases: z.array(z.string()),
  }),
  services: z.object({
    temporal: service(settings.temporal),
    s3: service(settings.s3),
    postgresql: service(settings.postgresql),
  }),
})

/** `stack.json`: written by the keeper alone, readable by its owner alone, since it holds the credentials. */
export type StackState = z.infer<typeof stackState>

/** Undefined before the first start. A file that cannot be understood is an error, since it names processes and secrets. */
export function readState(file: string): StackState | undefined {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  try {
    return stackState.parse(JSON.parse(text))
  } catch (error) {
    throw new StackError('invalid-input', `${file} is not the state of a stack of this version.`, {
      remedy: `Run reversibility stack down with the version that wrote it, then remove ${dirname(file)}.`,
      cause: error,
    })
  }
}

export function writeState(file: string, state: StackState): void {
  writePrivately(file, `${JSON.stringify(state, null, 2)}\n`)
}

/** Replaces a file as a whole: a reader sees the old or the new content, and nobody else can read it. */
export function writePrivately(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true })
  const temporary = `${file}.${process.pid}-${randomBytes(4).toString('hex')}`
  writeFileSync(temporary, text, { mode: 0o600 })
  renameSync(temporary, file)
}
