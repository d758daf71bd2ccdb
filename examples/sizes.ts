import { createCipheriv } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { type Random, randomOf } from './orme/random.ts'
import { sentences } from './orme/text.ts'
import { type FileToWrite, writeMany } from './orme/write-many.ts'

const rowsPerBatch = 100_000

/**
 * A table `public.mesures` of about `bytes` on disk (numbers, instants, JSON, French text, nulls), in a database made
 * when absent. The same rows each time. Does nothing when it is there at that size. Returns its rows and its bytes.
 */
export async function generateTable({
  serverUrl,
  database,
  bytes,
}: {
  /** `postgresql://` URL of a superuser. */
  serverUrl: string
  /** A plain lower-case identifier. */
  database: string
  bytes: number
}): Promise<{ rows: number; bytes: number }> {
  await makeDatabase(serverUrl, database)
  const url = new URL(serverUrl)
  url.pathname = `/${database}`
  return connected(url.href, async (client) => {
    const mark = `about ${bytes} bytes`
    const found = await client.query<{ mark: string | null }>(
      `SELECT obj_description(to_regclass('public.mesures'), 'pg_class') AS mark`,
    )
    if (found.rows[0]?.mark !== mark) await fillTable(client, bytes, mark)
    const size = await client.query<{ rows: string; bytes: string }>(
      `SELECT count(*) AS rows, pg_table_size('public.mesures') AS bytes FROM public.mesures`,
    )
    return { rows: Number(size.rows[0]!.rows), bytes: Number(size.rows[0]!.bytes) }
  })
}

async function makeDatabase(serverUrl: string, database: string): Promise<void> {
  await connected(serverUrl, async (client) => {
    const found = await client.query('SELECT FROM pg_database WHERE datname = $1', [database])
    if (found.rows.length === 0)
      await client.query(`CREATE DATABASE ${pg.escapeIdentifier(database)} TEMPLATE template0`)
  })
}

async function fillTable(client: pg.Client, bytes: number, mark: string): Promise<void> {
  await client.query('DROP TABLE IF EXISTS public.mesures')
  await client.query(`CREATE TABLE public.mesures (
    id bigint NOT NULL, appareil integer NOT NULL, releve_le timestamptz NOT NULL, valeur numeric(14, 4), ecart double precision,
    valide boolean, etiquettes text[], details jsonb, commentaire text, empreinte uuid)`)
  let size = 0
  for (let first = 1; size < bytes; first += rowsPerBatch) {
    await client.query(`INSERT INTO public.mesures
      SELECT n, n % 5000, timestamptz '2021-01-01 00:00+00' + n * interval '31.337 seconds', (hashint8(n) % 100000000) / 10000.0, sqrt(n) / 7,
        CASE n % 9 WHEN 0 THEN NULL ELSE n % 2 = 0 END, CASE n % 3 WHEN 0 THEN ARRAY['four n° ' || n % 40, 'équipe "nuit"'] END,
        jsonb_build_object('capteur', n % 700, 'unité', '°C', 'série', md5(n::text)),
        CASE n % 5 WHEN 0 THEN NULL WHEN 1 THEN '' ELSE 'Relevé n° ' || n || ' de l''atelier ' || n % 12 || ', sans écart notable ; contrôle prévu à la prochaine ronde.' END,
        md5(n || 'empreinte')::uuid
      FROM generate_series(${first}, ${first + rowsPerBatch - 1}) AS n`)
    const found = await client.query<{ size: string }>(`SELECT pg_table_size('public.mesures') AS size`)
    size = Number(found.rows[0]!.size)
  }
  await client.query('ALTER TABLE public.mesures ADD PRIMARY KEY (id)')
  await client.query('VACUUM (ANALYZE) public.mesures')
  // Last: a table without this mark was interrupted, and is made again.
  await client.query(`COMMENT ON TABLE public.mesures IS ${pg.escapeLiteral(mark)}`)
}

async function connected<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

/**
 * `count` files of `totalBytes` in all, 500 in a folder, one in four of bytes that do not compress. The same each
 * time. Does nothing when they are there already (`<folder>.json` says so). The folder is made anew otherwise.
 */
export async function generateSmallFiles({
  folder,
  count,
  totalBytes,
}: {
  /** Absolute. */
  folder: string
  count: number
  totalBytes: number
}): Promise<void> {
  const mark = `${JSON.stringify({ count, totalBytes })}\n`
  if ((await readIfPresent(`${folder}.json`)) === mark) return
  await rm(`${folder}.json`, { force: true })
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  await writeMany(smallFiles(folder, count, totalBytes))
  await writeFile(`${folder}.json.part`, mark)
  await rename(`${folder}.json.part`, `${folder}.json`)
}

function* smallFiles(folder: string, count: number, totalBytes: number): Generator<FileToWrite> {
  const random = randomOf(0, 'petits fichiers')
  const noise = createCipheriv('aes-256-ctr', Buffer.alloc(32), Buffer.alloc(16))
  const modifiedAt = new Date('2025-06-01T12:00:00Z')
  let left = totalBytes
  for (let n = 0; n < count; n++) {
    const mean = left / (count - n)
    const bytes = n === count - 1 ? left : Math.min(left, Math.round((mean * random.between(20, 180)) / 100))
    left -= bytes
    const content = n % 4 === 0 ? noise.update(Buffer.alloc(bytes)) : linesOf(random, bytes)
    const suffix = n % 4 === 0 ? 'jpg' : 'txt'
    yield {
      path: join(folder, `dossier ${Math.floor(n / 500)}`, `pièce n° ${n}.${suffix}`),
      content,
      modifiedAt,
      mode: 0o644,
    }
  }
}

/** Text that is nowhere else in the tree: what repeats between files would flatter whoever compresses many at once. */
function linesOf(random: Random, bytes: number): Buffer {
  const lines: string[] = []
  for (let length = 0; length <= bytes; ) {
    const line = `${random.between(0, 4_294_967_295).toString(36)} ${sentences(random, 1)}`
    lines.push(line)
    length += line.length
  }
  return Buffer.from(lines.join('')).subarray(0, bytes)
}

async function readIfPresent(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
