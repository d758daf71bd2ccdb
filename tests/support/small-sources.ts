import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { asSuperuser, createDatabase, type TestDatabase } from './postgres.ts'
import type { LoosePlan } from './run-room.ts'

/** A database of two tables with 1,200 rows in all. */
export async function smallDatabase(): Promise<TestDatabase> {
  const database = await createDatabase()
  await asSuperuser(
    `CREATE TABLE public.client (id integer PRIMARY KEY, nom text, cree_le timestamptz);
     INSERT INTO public.client SELECT n, 'Client n° ' || n, '2024-01-01Z'::timestamptz + n * interval '1 hour'
       FROM generate_series(1, 1000) n;
     CREATE TABLE public.contact (client integer REFERENCES public.client, adresse text);
     INSERT INTO public.contact SELECT n, 'contact' || n || '@orme.example' FROM generate_series(1, 200) n;`,
    database.name,
  )
  return database
}

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
