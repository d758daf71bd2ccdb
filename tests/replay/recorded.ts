import { fileURLToPath } from 'node:url'

/** One recording each, for every release that could leave such a run behind. */
export const paths = ['done', 'cancelled', 'source-failed', 'epoch-lost'] as const
export type Path = (typeof paths)[number]

export const recordedFolder = fileURLToPath(new URL('./histories/', import.meta.url))
/** Encrypts recordings and nothing else: it is in the repository, so it protects nothing. */
export const keyringFile = fileURLToPath(new URL('./keyring-of-recordings-only', import.meta.url))
