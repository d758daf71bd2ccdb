import { type Command, InvalidArgumentError } from 'commander'
import { errorTypes } from '../../contract/errors.ts'
import { folderSource } from '../../packaging/folder.ts'
import { type Expectation, type PackageSource, verifyPackage } from '../../packaging/verifier.ts'
import { ageIdentities } from '../age-identities.ts'
import { type PinnedKeyOptions, pinnedKeys, withPinnedKeys } from '../pinned-keys.ts'
import { verificationLines, verificationText } from '../render/verification.ts'

interface VerifyOptions extends PinnedKeyOptions {
  identity: string[]
  expectRoot?: string
  expectEpoch?: number
  expectSource?: string
  expectContract?: string
  json?: boolean
}

export interface VerifyDependencies {
  openS3Package(url: string): Promise<PackageSource>
}

/** `reversibility verify`: whether a package is whole, unaltered, and signed by whom it should be. */
export function registerVerify(program: Command, dependencies: VerifyDependencies): void {
  withPinnedKeys(
    program
      .command('verify')
      .description('Check a package: signature, every file, and every record that it should hold')
      .argument(
        '<package>',
        'the epoch folder with bag/ and root.json: a directory or s3://bucket/…/epoch-0001/',
      ),
  )
    .option(
      '--identity <file>',
      'the age identity that opens an encrypted package; may be repeated',
      append,
      [],
    )
    .option(
      '--expect-root <sha256>',
      'the root hash that you were told or kept: refuses any other package',
      parseSha256,
    )
    .option('--expect-epoch <number>', 'refuses an older or newer reading of the source', parseEpoch)
    .option('--expect-source <id>', 'refuses the package of another source')
    .option('--expect-contract <id>', 'refuses the package of another contract')
    .option('--json', 'one JSON object a problem and a dataset, then a summary')
    .addHelpText(
      'after',
      `
The key must have reached you by another way than the package. Without an identity, an encrypted package is checked as
it was delivered, and its contents are not read. An older package, truly signed, is good by itself: --expect-root or
--expect-epoch tell it apart. The same can be done without this program: see RESTORE.md in the package.

Examples:
  reversibility verify ./epoch-0001 --key 'ssh-ed25519 AAAA… atlas'
  reversibility verify ./epoch-0001 --allowed-signers pinned --identity client.key
  reversibility verify s3://exit/acme/handover-1/sources/erp/epoch-0002/ --allowed-signers pinned --expect-epoch 2

Exit codes: 0 good · 2 bad input · 4 access denied · 5 there is no package · 6 refused`,
    )
    .action((where: string, options: VerifyOptions) => verify(where, options, dependencies))
}

async function verify(
  where: string,
  options: VerifyOptions,
  dependencies: VerifyDependencies,
): Promise<void> {
  const allowedKeys = await pinnedKeys(options)
  const identities = await ageIdentities(options.identity)
  const source = where.startsWith('s3://')
    ? await dependencies.openS3Package(where)
    : await folderSource(where)
  const stopping = new AbortController()
  const stop = () => stopping.abort()
  process.once('SIGINT', stop)
  const progress = showBytes()
  try {
    const report = await verifyPackage(source, {
      allowedKeys,
      identities,
      expect: expectationOf(options),
      signal: stopping.signal,
      onProgress: progress.update,
    })
    progress.stop()
    if (options.json) {
      for (const line of verificationLines(report)) process.stdout.write(`${JSON.stringify(line)}\n`)
    } else {
      process.stdout.write(verificationText(report, { isColored: process.stdout.isTTY === true }))
    }
    if (!report.valid) process.exitCode = errorTypes['integrity-mismatch'].exitCode
  } finally {
    progress.stop()
    process.off('SIGINT', stop)
  }
}

function expectationOf(options: VerifyOptions): Expectation {
  return {
    ...(options.expectRoot === undefined ? {} : { rootSha256: options.expectRoot }),
    ...(options.expectEpoch === undefined ? {} : { epoch: options.expectEpoch }),
    ...(options.expectSource === undefined ? {} : { source: options.expectSource }),
    ...(options.expectContract === undefined ? {} : { contract: options.expectContract }),
  }
}

const intervalMilliseconds = { terminal: 200, plain: 10_000 }

/** One line on standard error: redrawn in a terminal, a new one now and then elsewhere. */
function showBytes() {
  const isTerminal = process.stderr.isTTY === true
  const interval = isTerminal ? intervalMilliseconds.terminal : intervalMilliseconds.plain
  let shownAt = performance.now()
  let isShown = false
  return {
    update(progress: { deliveredBytes: number; expectedBytes: number }): void {
      if (performance.now() - shownAt < interval) return
      shownAt = performance.now()
      const percent = Math.floor((100 * progress.deliveredBytes) / Math.max(1, progress.expectedBytes))
      const line = `verifying: ${percent} % of ${(progress.expectedBytes / 1e6).toFixed(1)} MB`
      process.stderr.write(isTerminal ? `\r${line}\x1b[K` : `${line}\n`)
      isShown = isTerminal
    },
    stop(): void {
      if (isShown) process.stderr.write('\r\x1b[K')
      isShown = false
    },
  }
}

function append(value: string, previous: string[]): string[] {
  return [...previous, value]
}

function parseSha256(value: string): string {
  if (!/^[0-9a-fA-F]{64}$/.test(value)) throw new InvalidArgumentError('It is 64 hexadecimal digits.')
  return value.toLowerCase()
}

function parseEpoch(value: string): number {
  if (!/^[1-9]\d{0,8}$/.test(value)) throw new InvalidArgumentError('It is a number from 1 on.')
  return Number(value)
}
