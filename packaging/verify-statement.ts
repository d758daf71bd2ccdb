import { createHash } from 'node:crypto'
import type { PackageSource } from './package-source.ts'
import {
  canonicalJson,
  packageNamespace,
  type RootStatement,
  rootPath,
  rootStatementSchema,
  signaturePath,
} from './root.ts'
import { checkSsh } from './signature.ts'
import type { ReportBuilder } from './verification-report.ts'
import { readWhole } from './verify-bag.ts'

/** What the reader knows already, from its own records: without it, an older package, truly signed, looks as good. */
export interface Expectation {
  contract?: string
  run?: string
  source?: string
  epoch?: number
  rootSha256?: string
  previousRoot?: string | null
}

/** Pinned key, signature, statement. Nothing of `root.json` is believed before its signature holds. */
export async function verifyStatement(
  source: PackageSource,
  builder: ReportBuilder,
  options: { allowedKeys: readonly string[]; expect: Expectation },
): Promise<RootStatement> {
  const signature = await readWhole(source, builder, 'key', signaturePath)
  const rootBytes = await readWhole(source, builder, 'key', rootPath)
  const check = checkSsh({
    signature: signature.toString('latin1'),
    namespace: packageNamespace,
    message: rootBytes,
    allowedKeys: options.allowedKeys,
  })
  if (!check.valid) {
    const step = check.problem === 'unknown-key' ? 'key' : 'signature'
    builder.fail(
      step,
      check.problem,
      check.cause,
      check.problem === 'bad-signature' ? rootPath : signaturePath,
    )
  }
  builder.report.keyFingerprint = check.keyFingerprint
  const root = parse(rootBytes, builder)
  const rootSha256 = createHash('sha256').update(rootBytes).digest('hex')
  builder.report.root = root
  builder.report.rootSha256 = rootSha256
  compare({ root, rootSha256, expect: options.expect, builder })
  return root
}

function parse(bytes: Buffer, builder: ReportBuilder): RootStatement {
  let value: unknown
  try {
    value = JSON.parse(bytes.toString('utf8'))
  } catch {
    builder.fail('statement', 'malformed-statement', 'root.json is not JSON.', rootPath)
  }
  const parsed = rootStatementSchema.safeParse(value)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!
    builder.fail(
      'statement',
      'malformed-statement',
      `root.json is not a statement of this format: ${issue.path.join('.')}: ${issue.message}.`,
      rootPath,
    )
  }
  if (!bytes.equals(Buffer.from(canonicalJson(value)))) {
    builder.fail('statement', 'malformed-statement', 'root.json is not canonical JSON (RFC 8785).', rootPath)
  }
  return parsed.data
}

function compare(given: {
  root: RootStatement
  rootSha256: string
  expect: Expectation
  builder: ReportBuilder
}): void {
  const { root, rootSha256, expect, builder } = given
  const rules = [
    ['other-contract', 'contract', root.contract, expect.contract],
    ['other-run', 'run', root.run, expect.run],
    ['other-source', 'source', root.source, expect.source],
    ['other-epoch', 'epoch', root.epoch, expect.epoch],
    ['other-previous-root', 'previous root', root.previousRoot, expect.previousRoot],
    ['other-root', 'root hash', rootSha256, expect.rootSha256],
  ] as const
  for (const [code, name, found, expected] of rules) {
    if (expected === undefined || found === expected) continue
    builder.add(
      'statement',
      code,
      `The package is truly signed, but its ${name} is ${JSON.stringify(found)} and not ${JSON.stringify(expected)}.`,
      rootPath,
    )
  }
}
