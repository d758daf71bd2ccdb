import { isSafePath } from './safe-path.ts'

/** Reads a BagIt manifest (RFC 8493, section 2.1.3) line by line; a string instead is what is wrong with a line. */
export async function* readManifest(
  bytes: AsyncIterable<Uint8Array>,
): AsyncGenerator<{ path: string; sha256: string } | string> {
  for await (const line of linesOf(bytes)) {
    if (typeof line !== 'string') {
      yield line.problem
      return
    }
    const match = /^([0-9a-f]{64}) [ *](.+)$/.exec(line)
    if (match === null) yield `the line ${JSON.stringify(line.slice(0, 200))} is not a hash and a path`
    else if (isSafePath(match[2]!)) yield { path: match[2]!, sha256: match[1]! }
    else yield `the path ${JSON.stringify(match[2]!.slice(0, 200))} is not safe`
  }
}

const maxLineBytes = 1024 * 1024

/** Lines of UTF-8 text, each ended by `\n`. */
export async function* linesOf(
  bytes: AsyncIterable<Uint8Array>,
): AsyncGenerator<string | { problem: string }> {
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of bytes) {
    rest = rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([rest, chunk])
    let start = 0
    for (;;) {
      const end = rest.indexOf(0x0a, start)
      if (end < 0) break
      yield rest.toString('utf8', start, end)
      start = end + 1
    }
    rest = rest.subarray(start)
    if (rest.length > maxLineBytes) {
      yield { problem: 'a line is longer than 1 MiB' }
      return
    }
  }
  if (rest.length > 0) yield { problem: 'the last line does not end' }
}
