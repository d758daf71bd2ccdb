import type { PackageContent } from './package-content.ts'
import { guideWords } from './restore-guide-words.ts'

/**
 * RESTORE.md: how to verify, decrypt and restore this package with public tools alone. Code blocks run as they stand,
 * in order, from the folder that holds `bag/`; a test runs them.
 */
export function restoreGuide(content: PackageContent): string {
  const words = guideWords[content.language]
  const isEncrypted = content.recipients.length > 0
  const folder = isEncrypted ? 'open' : 'bag/data'
  const loadScript = content.datasets.find((dataset) => dataset.format === 'sh')
  const has = (format: string) => content.datasets.some((dataset) => dataset.format === format)

  const sections: string[] = [
    `# ${words.title(oneLine(content.sourceTitle))}`,
    words.introduction({
      client: oneLine(content.client),
      provider: oneLine(content.provider),
      contract: identifier(content.contractId),
      source: identifier(content.sourceId),
      epoch: content.epoch,
      openedAt: content.openedAt,
    }),
    words.tools({ isEncrypted, loadScript: loadScript !== undefined, tar: has('tar'), csv: has('csv') }),
    `## ${words.verifyTitle}\n\n${words.verify}\n\n${shell('verify', 'sh bag/verify.sh allowed_signers')}`,
  ]
  if (isEncrypted)
    sections.push(`## ${words.decryptTitle}\n\n${words.decrypt}\n\n${shell('decrypt', decryptCommands)}`)
  if (loadScript !== undefined) {
    sections.push(
      `## ${words.databaseTitle}\n\n${words.database}\n\n${shell('database', `createdb --template=template0 --encoding=UTF8 restored\nsh ${folder}/${loadScript.slug} restored`)}`,
    )
  }
  if (has('tar')) {
    sections.push(`## ${words.treeTitle}\n\n${words.tree}\n\n${shell('tree', treeCommands(folder))}`)
  }
  if (has('csv')) {
    sections.push(`## ${words.tablesTitle}\n\n${words.tables}\n\n${shell('tables', tableCommands(folder))}`)
  }
  if (has('jsonl')) {
    sections.push(`## ${words.linesTitle}\n\n${words.lines}\n\n${shell('lines', lineCommands(folder))}`)
  }
  sections.push(`## ${words.contentsTitle}\n\n${words.contents(content.omissions.length)}`)
  return `${sections.join('\n\n')}\n`
}

/** The name after `sh` is for those who run the blocks by program; Markdown shows only the code. */
function shell(name: string, commands: string): string {
  return `\`\`\`sh ${name}\n${commands}\n\`\`\``
}

const decryptCommands = `find bag/data -name '*.age' | while read -r volume; do
  target=open/\${volume#bag/data/}
  mkdir -p "$(dirname "$target")"
  age -d -i key.txt -o "\${target%.age}" "$volume" || exit 1
done
cp bag/data/datapackage.json open/`

/** One `tar` for all volumes: it sets the times of folders last, and a second one would change them by filling them. */
const treeCommands = (folder: string) => `mkdir -p restored
rm -f unreadable
find ${folder} -name '*.tar.zst' | LC_ALL=C sort | while read -r volume; do
  zstd -dqc "$volume" || echo "$volume" >>unreadable
done | tar --ignore-zeros -xpf - -C restored
[ ! -e unreadable ]`

const tableCommands = (folder: string) => `mkdir -p tables
(cd ${folder} && find . -type f) | while read -r volume; do
  mkdir -p "tables/$(dirname "$volume")"
  case $volume in
    *.zst) zstd -dqc "${folder}/$volume" >"tables/\${volume%.zst}" ;;
    *) cp "${folder}/$volume" "tables/$volume" ;;
  esac || exit 1
done
sed 's/\\(\\.zst\\)\\{0,1\\}\\(\\.age\\)\\{0,1\\}"/"/g' ${folder}/datapackage.json >tables/datapackage.json
frictionless validate --skip-errors blank-row tables/datapackage.json`

const lineCommands = (
  folder: string,
) => `find ${folder} -name '*.jsonl.zst' | LC_ALL=C sort | while read -r volume; do
  zstd -dqc "$volume" || exit 1
done | head`

/** A title may hold anything: here it must stay one line of text, and never open a code block. */
function oneLine(text: string): string {
  return text
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .replace(/[\\`*_<>[\]#|]/g, '\\$&')
    .trim()
}

function identifier(text: string): string {
  return text.replace(/[`\s\p{Cc}]+/gu, ' ').trim()
}
