import canonicalize from 'canonicalize'
import { z } from 'zod'
import { runKinds } from '../contract/status.ts'
import { signSsh } from './signature.ts'

/** The SSHSIG namespace of root statements: a signature made for anything else proves nothing about a package. */
export const packageNamespace = 'reversibility-package@v1'

/** Where the parts of a package are, from its epoch folder. */
export const rootPath = 'root.json'
export const signaturePath = 'root.json.sig'
export const bagFolder = 'bag/'

const sha256 = z.string().regex(/^[0-9a-f]{64}$/)
const count = z.int().nonnegative()

/**
 * What is signed. It binds meaning (which contract, run, source, reading, and what came before) as well as bytes
 * (through the tag manifest, which binds the manifest, which binds every volume).
 */
export const rootStatementSchema = z.strictObject({
  version: z.literal(1),
  format: z.literal(packageNamespace),
  contract: z.string(),
  client: z.string(),
  provider: z.string(),
  run: z.string(),
  kind: z.enum(runKinds),
  source: z.string(),
  sourceTitle: z.string(),
  connector: z.string(),
  /** Without credentials. */
  address: z.string(),
  epoch: z.int().positive(),
  /** The instant of the reading, by the source's clock, and of the sealing: RFC 3339. */
  openedAt: z.string(),
  sealedAt: z.string(),
  /** SHA-256 of the root statement of the source's package before this one. */
  previousRoot: sha256.nullable(),
  manifestSha256: sha256,
  tagmanifestSha256: sha256,
  counts: z.strictObject({
    datasets: count,
    volumes: count,
    records: count,
    plainBytes: count,
    deliveredBytes: count,
    omissions: count,
  }),
  encryption: z.strictObject({ scheme: z.literal('age'), recipients: z.array(z.string()).min(1) }).nullable(),
  /** Versions of the tag files in a versioned bucket, by path from the epoch folder; the inventory has the volumes'. */
  versionIds: z.record(z.string(), z.string()),
})

export type RootStatement = z.infer<typeof rootStatementSchema>

/** RFC 8785: one text for one value, so that its hash means the value. Throws `TypeError` for what JSON cannot say. */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value)
  if (text === undefined) throw new TypeError('this value has no JSON form')
  return text
}

/** The armored content of `root.json.sig`. */
export function signRoot(rootBytes: Uint8Array, privateKey: string): string {
  return signSsh({ privateKey, namespace: packageNamespace, message: rootBytes })
}
