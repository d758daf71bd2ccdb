import { largeObjectLoading } from './large-objects.ts'
import { quoteName, quoteShell, quoteTable, slugOfTable } from './names.ts'
import type { ReadingContext } from './reading-context.ts'
import { rowsFrom } from './reading-context.ts'
import { type TableRowsRow, tableRowsQuery } from './table-rows.ts'
import { holdsRows, type Table, type TableRow, tableOf, tablesQuery } from './tables.ts'

/**
 * `schema/load.sh`: loads the whole package into an empty database with `psql` and `zstd`, this software gone. POSIX
 * shell; every name stands between single quotes, so that none is ever read as a command.
 */
export async function* loadScript(context: ReadingContext, signal: AbortSignal): AsyncGenerator<string> {
  yield head
  const action = 'listing what to load'
  const rows = await context.sessions.query<TableRow>({ text: tablesQuery, action }, signal)
  for (const table of rows.map(tableOf).filter((each) => isLoaded(context, each))) {
    const [row] = await context.sessions.query<TableRowsRow>(
      { text: tableRowsQuery, values: [table.schema, table.name], action },
      signal,
    )
    const { columns } = rowsFrom(table, row!)
    yield `table ${quoteShell(slugOfTable(table))} ${quoteShell(copyFrom(table, columns))}\n`
  }
  yield tail
}

function isLoaded(context: ReadingContext, table: Table): boolean {
  return holdsRows(table) && context.selection.includes(table.id)
}

/** A table without columns, or with none but generated ones, takes no list. */
export function copyFrom(table: { schema: string; name: string }, columns: readonly string[]): string {
  const list = columns.length === 0 ? '' : ` (${columns.map(quoteName).join(', ')})`
  return `COPY ${quoteTable(table)}${list} FROM STDIN (FORMAT csv, HEADER)`
}

const head = `#!/bin/sh
# Loads this package into an empty PostgreSQL database, with psql and zstd:
#   createdb --template=template0 --encoding=UTF8 NAME && sh load.sh NAME
# NAME may be a postgresql:// address; PGHOST, PGUSER and the like are heeded. The user must be a superuser, or may
# create roles and own what they own. If it stops, mend the cause, drop the database and start over.
set -eu
[ $# -eq 1 ] || { echo "usage: sh load.sh DATABASE" >&2; exit 2; }
database=$1
data=$(cd "$(dirname "$0")/.." && pwd)
export PGCLIENTENCODING=UTF8
export PGOPTIONS="\${PGOPTIONS:-} -c datestyle=ISO,MDY -c intervalstyle=postgres -c timezone=UTC -c xmloption=content -c lc_monetary=C -c lock_timeout=0 -c statement_timeout=0"

stop() { echo "load.sh: $*" >&2; exit 1; }
run() { psql -X -q -v ON_ERROR_STOP=1 -o /dev/null -d "$database" "$@"; }

encrypted=$(find "$data" -name '*.age' -type f | head -n 1)
if [ -n "$encrypted" ]; then
  echo "load.sh: the volumes are encrypted. Decrypt them first, KEY being the file of your age key:" >&2
  echo "  find '$data' -name '*.age' -exec sh -c 'age -d -i \\"\\$1\\" -o \\"\\\${2%.age}\\" \\"\\$2\\" && rm \\"\\$2\\"' sh KEY {} \\;" >&2
  exit 1
fi
objects=$(psql -X -A -t -v ON_ERROR_STOP=1 -d "$database" -c "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'")
[ "$objects" = 0 ] || stop "the database is not empty"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

# The bytes of a file, compressed or not. If they cannot be read to their end, that is noted: a pipe would not tell.
plain() {
  case $1 in
    *.zst) zstd -q -d -c "$1" || : > "$work/failed" ;;
    *) cat "$1" || : > "$work/failed" ;;
  esac
}
whole() { [ ! -e "$work/failed" ] || stop "$1 could not be read to its end: start over"; }

# psql takes a line that is only \\. for the end of the data, even between quotes: such a line is written otherwise.
guard() { LC_ALL=C sed 's/^\\\\\\.\\('"$(printf '\\r')"'\\{0,1\\}\\)$/"\\\\."\\1/'; }

definitions() {
  for file in "$data/$1" "$data/$1.zst"; do
    [ -e "$file" ] || continue
    echo "$1" >&2
    plain "$file" | run -f -
    whole "$file"
    return 0
  done
  [ "\${2:-}" = optional ] || stop "$1 is missing"
}

table() {
  found=no
  for file in "$data/$1"/part-*.csv "$data/$1"/part-*.csv.zst; do
    [ -e "$file" ] || continue
    found=yes
    echo "\${file#"$data/"}" >&2
    plain "$file" | guard | run -c "$2"
    whole "$file"
  done
  [ $found = yes ] || stop "$1 is missing"
}

large_objects() {
  for file in "$data"/large-objects/part-*.csv "$data"/large-objects/part-*.csv.zst; do
    [ -e "$file" ] || continue
    echo "\${file#"$data/"}" >&2
    plain "$file" | run -1 -c ${quoteShell(largeObjectLoading.prepare)} \\
      -c ${quoteShell(largeObjectLoading.load)} \\
${largeObjectLoading.create.map((text) => `      -c ${quoteShell(text)}`).join(' \\\n')}
    whole "$file"
  done
}

definitions schema/roles.sql
definitions schema/pre-data.sql
`

const tail = `large_objects
definitions schema/sequences.sql
definitions schema/large-objects.sql optional
definitions schema/post-data.sql
definitions schema/database.sql
echo "load.sh: done" >&2
`
