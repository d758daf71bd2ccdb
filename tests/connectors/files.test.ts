import { appendFileSync, chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { files } from '../../connectors/files/index.ts'
import { resolveSecret } from '../../connectors/secrets.ts'
import { asNobody } from '../support/as-nobody.ts'
import { memoryWorkspace } from '../support/memory-workspace.ts'
import { countOpenBelow } from '../support/open-files.ts'
import { addOwners, addSpecials, makeSampleTree, temporaryFolder } from '../support/sample-tree.ts'
import { conformance } from './conformance.ts'

conformance({
  type: files,
  snapshots: false,
  targetBytes: 1024 * 1024,
  async makeSource() {
    const base = temporaryFolder()
    const root = join(base, 'tree')
    makeSampleTree(root)
    if (process.geteuid?.() === 0) addOwners(root)
    await addSpecials(root)
    const closed = join(base, 'closed')
    mkdirSync(join(closed, 'open'), { recursive: true })
    writeFileSync(join(closed, 'file'), 'not for all', { mode: 0o200 })
    mkdirSync(join(closed, 'folder'), { mode: 0o300 })
    chmodSync(base, 0o755)
    const target = join(base, 'scratch')
    mkdirSync(target)
    const contextOf = () => ({
      secrets: resolveSecret,
      workspace: memoryWorkspace(),
      selection: { include: ['**'], exclude: [] },
      maxConnections: 8,
    })
    return {
      config: { root },
      context: contextOf(),
      secretValues: [],
      async mutate() {
        appendFileSync(join(root, 'plain.txt'), 'more')
        appendFileSync(join(root, 'two-mebibytes'), 'more')
        writeFileSync(join(root, 'new'), 'new')
        mkdirSync(join(root, 'new folder'))
        rmSync(join(root, 'exactly-one-block'))
      },
      countOpen: async () => countOpenBelow(base),
      expectedDatasets: ['/', 'listing'],
      target: { folder: target },
      partialAccess: { config: { root: closed }, context: contextOf(), run: asNobody },
      refused: [
        {
          name: 'no such folder',
          config: { root: join(base, 'missing') },
          context: contextOf(),
          type: 'not-found',
        },
        {
          name: 'a file',
          config: { root: join(root, 'plain.txt') },
          context: contextOf(),
          type: 'not-found',
        },
      ],
      async destroy() {
        chmodSync(join(root, 'read-only'), 0o755)
        rmSync(base, { recursive: true })
      },
    }
  },
})
