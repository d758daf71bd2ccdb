import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

// biome-ignore lint/suspicious/noExplicitAny: a plan that a test may make wrong has no type.
export type LoosePlan = any

/** A tree of 40 files in four folders, made below a folder. Answers its root. */
export function smallTree(below: string, name = 'arbre'): string {
  const root = join(below, name)
  for (let folder = 0; folder < 4; folder += 1) {
    mkdirSync(join(root, `dossier ${folder}`), { recursive: true })
    for (let file = 0; file < 10; file += 1) {
      writeFileSync(
        join(root, `dossier ${folder}`, `pièce ${file}.txt`),
        `pièce ${folder}-${file}\n`.repeat(100),
      )
    }
  }
  return root
}

/** Makes the example's plan one of small sources: nothing is expected of their volume, and no document is due. */
export function withSmallSources(plan: LoosePlan, references: { erp: string; partage: string }): void {
  plan.sources[0].config.url = references.erp
  plan.sources[1].config.root = references.partage
  for (const source of plan.sources) delete source.expected
  plan.documents = []
}
