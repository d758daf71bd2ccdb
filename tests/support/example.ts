import { fileURLToPath } from 'node:url'
import { inject } from 'vitest'
import { generateExample } from '../../examples/orme/generate.ts'
import type {} from './global-setup.ts'

/** Kept between runs, as the tests' servers are: generating it once takes seconds, finding it there none. */
export const exampleFolder = fileURLToPath(new URL('../../.stack/tests/example', import.meta.url))
export const exampleSeed = 42

/** The example's sources on the tests' own servers, and the environment that its plan refers to. Read them only. */
export function exampleSources(): Promise<{ environment: Record<string, string> }> {
  return generateExample({
    serverUrl: inject('stack').postgresql.url,
    folder: exampleFolder,
    seed: exampleSeed,
  })
}
