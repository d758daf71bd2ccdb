import type { Fingerprint } from '../contract/fingerprint.ts'
import { collect } from './blocks.ts'
import type { PackageSource } from './package-source.ts'
import { bagFolder, type RootStatement, rootPath, rootStatementSchema } from './root.ts'
import { fingerprintsSchema } from './verify-consistency.ts'

const maxStatementBytes = 64 * 1024 * 1024

/** The root statement of a package that was verified. */
export async function readRoot(source: PackageSource): Promise<RootStatement> {
  return rootStatementSchema.parse(await readJson(source, rootPath))
}

/** What the source counted of each dataset, from a package that was verified. */
export async function readSourceFingerprints(source: PackageSource): Promise<Map<string, Fingerprint>> {
  const { datasets } = fingerprintsSchema.parse(await readJson(source, `${bagFolder}fingerprints.json`))
  return new Map(datasets.map((each) => [each.dataset, each.source]))
}

async function readJson(source: PackageSource, path: string): Promise<unknown> {
  return JSON.parse((await collect(source.open(path), maxStatementBytes)).toString('utf8'))
}
