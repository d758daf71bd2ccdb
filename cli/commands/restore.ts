import type { Command } from 'commander'
import { loadInOrder } from '../../connectors/load-in-order.ts'
import { connectorOf } from '../../connectors/registry.ts'
import { resolveSecret } from '../../connectors/secrets.ts'
import { ReversibilityError } from '../../contract/errors.ts'
import { sameFingerprint } from '../../contract/fingerprint.ts'
import { openVolume, readContents, readVolumes } from '../../packaging/contents.ts'
import { folderSource } from '../../packaging/folder.ts'
import type { PackageSource } from '../../packaging/package-source.ts'
import { readRoot, readSourceFingerprints } from '../../packaging/statements.ts'
import { requireValidPackage } from '../../packaging/verifier.ts'
import { plainPath } from '../../packaging/volume.ts'
import { ageIdentities } from '../age-identities.ts'
import { type PinnedKeyOptions, pinnedKeys, withPinnedKeys } from '../pinned-keys.ts'
import { openS3Package } from '../s3-package.ts'

interface RestoreOptions extends PinnedKeyOptions {
  into: string
  name: string
  identity?: string
  json?: boolean
}

/** `reversibility restore`: a verified package, made a living copy again. */
export function registerRestore(program: Command): void {
  withPinnedKeys(
    program
      .command('restore')
      .description('Verify a package, restore it, and compare the copy with what the source counted')
      .argument(
        '<package>',
        'the epoch folder with bag/ and root.json: a directory or s3://bucket/…/epoch-0001/',
      )
      .requiredOption(
        '--into <where>',
        'a PostgreSQL server by reference (env:NAME, file:/path), or an existing folder',
      )
      .option('--name <name>', 'what to call the copy: it becomes rev_<name>', 'restored'),
  )
    .option('--identity <file>', 'the age identity that opens an encrypted package')
    .option('--json', 'one JSON object a dataset, then a summary')
    .addHelpText(
      'after',
      `
The copy is made anew: an earlier rev_<name> is replaced. The same can be done without this program: see RESTORE.md in
the package.

Examples:
  reversibility restore ./epoch-0001 --key "$(cat provider.pub)" --into env:SCRATCH_URL --name erp_check
  reversibility restore s3://exit/acme/handover-1/sources/share/epoch-0001/ --allowed-signers pinned --into /srv/scratch

Exit codes: 0 restored and equal · 2 bad input · 4 access denied · 5 not found · 6 altered, or not equal to its source`,
    )
    .action(restore)
}

async function restore(where: string, options: RestoreOptions): Promise<void> {
  const source: PackageSource = where.startsWith('s3://')
    ? await openS3Package(where)
    : await folderSource(where)
  const identities = await ageIdentities(options.identity ? [options.identity] : [])
  const allowedKeys = await pinnedKeys(options)
  const stopping = new AbortController()
  process.once('SIGINT', () => stopping.abort())
  await requireValidPackage(source, { allowedKeys, identities, signal: stopping.signal })
  const root = await readRoot(source)
  if (root.encryption && identities.length === 0) {
    throw new ReversibilityError('invalid-input', 'The package is encrypted, and no identity was given.', {
      remedy: 'Give the file of the age identity that it was encrypted to, with --identity.',
    })
  }
  const { restore: restoring } = connectorOf(root.connector)
  if (!restoring) {
    throw new ReversibilityError('unsupported', `The connector ${root.connector} cannot restore.`, {
      remedy: 'Follow RESTORE.md in the package.',
    })
  }
  const config = restoring.target.parse({ [restoring.argument]: options.into })
  const target = await restoring.open(config, options.name, { fresh: true }, resolveSecret)
  try {
    const contents = await readContents(source)
    let volumes = 0
    await loadInOrder(target, {
      ...contents,
      volumes: async function* () {
        for await (const entry of readVolumes(source))
          yield { ...entry, datasetId: entry.dataset, partIndex: entry.part }
      },
      pathOf: ({ path }) => plainPath(path),
      read: (volume) => openVolume(source, volume, identities),
      onLoaded({ path }) {
        volumes += 1
        if (!options.json) process.stderr.write(`  ${path}\n`)
      },
      signal: stopping.signal,
    })
    const differing: string[] = []
    const expected = await readSourceFingerprints(source)
    for (const [datasetId, counted] of expected) {
      const restored = await target.fingerprint(contents.datasets.get(datasetId)!, stopping.signal)
      const same = sameFingerprint(counted, restored)
      if (!same) differing.push(datasetId)
      if (options.json) print({ type: 'dataset', dataset: datasetId, source: counted, restored, same })
    }
    const name = `rev_${options.name}`
    if (options.json) print({ type: 'summary', restored: name, volumes, datasets: expected.size, differing })
    if (differing.length > 0) {
      throw new ReversibilityError(
        'integrity-mismatch',
        `The copy differs from its source in ${differing.join(', ')}.`,
        {
          remedy: 'Keep the package and the copy as they are, and have the provider explain the difference.',
        },
      )
    }
    if (!options.json) {
      process.stdout.write(
        `Restored ${volumes} volumes as ${name}; ${expected.size} dataset(s) counted and digested, all equal to their source.\n`,
      )
    }
  } finally {
    await target.close()
  }
}

function print(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`)
}
