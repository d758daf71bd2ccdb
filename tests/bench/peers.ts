import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { BenchContext, Contender } from './contender.ts'
import { measure } from './measure.ts'

/** What people use today, each as its own manual advises for one machine and one bucket. */
export function peers(context: BenchContext): Contender[] {
  const { tools, workload, stack, scratch } = context
  const environment = peerEnvironment(context)
  const remote = (prefix: string) => quote(`bench:${stack.s3.bucket}/${prefix}`)
  const rclone = `${quote(tools.rclone)} --s3-no-check-bucket`
  const pgDump = `${quote(join(tools.postgresql, 'pg_dump'))} --table=public.mesures`
  const dump = join(scratch, 'dump')
  const folder = quote(workload.files.folder)
  const repository = (prefix: string) => quote(`s3:${stack.s3.endpoint}/${stack.s3.bucket}/${prefix}restic`)
  return [
    {
      name: 'pg_dump | zstd -1 -T0 | rclone rcat',
      task: 'table',
      ours: false,
      does: 'one blob, nothing verified',
      command: (prefix) => `${pgDump} | zstd -1 -T0 -q | ${rclone} rcat ${remote(`${prefix}dump.sql.zst`)}`,
      environment,
    },
    {
      name: 'pg_dump -Fd -j2 -Z1, rclone copy',
      task: 'table',
      ours: false,
      does: 'an archive of pg_restore’s own format, through the disk',
      prepare: () => rm(dump, { recursive: true, force: true }),
      command: (prefix) =>
        `${pgDump} -Fd -j2 -Z1 -f ${quote(dump)} && ${rclone} copy ${quote(dump)} ${remote(prefix)}`,
      environment,
    },
    {
      name: 'rclone copy',
      task: 'files',
      ours: false,
      does: 'one object a file; no modes, owners or links',
      command: (prefix) => `${rclone} copy --transfers 16 ${folder} ${remote(prefix)}`,
      environment,
    },
    {
      name: 'restic backup',
      task: 'files',
      ours: false,
      does: 'encrypted, in restic’s own format',
      prepare: async (prefix) => {
        await measure(`${quote(tools.restic)} -r ${repository(prefix)} init`, environment)
      },
      command: (prefix) => `${quote(tools.restic)} -r ${repository(prefix)} --no-cache -q backup ${folder}`,
      environment,
    },
    {
      name: 'tar | zstd -1 -T0 | rclone rcat',
      task: 'files',
      ours: false,
      does: 'one blob, nothing verified',
      command: (prefix) =>
        `tar -cf - -C ${folder} . | zstd -1 -T0 -q | ${rclone} rcat ${remote(`${prefix}tree.tar.zst`)}`,
      environment,
    },
  ]
}

function peerEnvironment({ stack, workload }: BenchContext): NodeJS.ProcessEnv {
  const { endpoint, region, accessKeyId, secretAccessKey } = stack.s3
  const { host, port, user, password } = stack.postgresql
  return {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    PGHOST: host,
    PGPORT: String(port),
    PGUSER: user,
    PGPASSWORD: password,
    PGDATABASE: workload.table.database,
    RCLONE_CONFIG: '/dev/null',
    RCLONE_CONFIG_BENCH_TYPE: 's3',
    RCLONE_CONFIG_BENCH_PROVIDER: 'Other',
    RCLONE_CONFIG_BENCH_ENDPOINT: endpoint,
    RCLONE_CONFIG_BENCH_REGION: region,
    RCLONE_CONFIG_BENCH_ACCESS_KEY_ID: accessKeyId,
    RCLONE_CONFIG_BENCH_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_DEFAULT_REGION: region,
    // Not a secret: restic will not make a repository without one, and this one is thrown away.
    RESTIC_PASSWORD: 'bench',
  }
}

/** One word for a shell, whatever is in it. */
export function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`
}
