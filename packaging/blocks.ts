/**
 * Cuts a stream into blocks of exactly `blockBytes` (the last may be shorter; none is empty). Few large blocks cost
 * far less in every later stage than many small ones, and fixed cuts make compression give the same bytes every time.
 * With `reuse`, blocks are gathered in the same two buffers over and over: each is the reader's until it has asked for
 * two more. Fresh memory for each costs more than filling it.
 */
export async function* inBlocks(
  source: AsyncIterable<Uint8Array>,
  blockBytes: number,
  options: { reuse: boolean } = { reuse: false },
): AsyncGenerator<Uint8Array> {
  const spare: Buffer[] = []
  let block: Buffer | undefined
  let used = 0
  for await (const chunk of source) {
    let offset = 0
    while (offset < chunk.length) {
      if (block === undefined && chunk.length - offset >= blockBytes) {
        yield chunk.subarray(offset, offset + blockBytes)
        offset += blockBytes
        continue
      }
      block ??= (spare.length > 1 ? spare.shift() : undefined) ?? Buffer.allocUnsafeSlow(blockBytes)
      const taken = Math.min(blockBytes - used, chunk.length - offset)
      block.set(chunk.subarray(offset, offset + taken), used)
      used += taken
      offset += taken
      if (used === blockBytes) {
        yield block
        if (options.reuse) spare.push(block)
        block = undefined
        used = 0
      }
    }
  }
  if (block !== undefined) yield block.subarray(0, used)
}

/** Pairs each block with whether it is the last. An empty stream gives one empty last block. */
export async function* withLast(
  blocks: AsyncIterable<Uint8Array>,
): AsyncGenerator<{ block: Uint8Array; isLast: boolean }> {
  let held: Uint8Array | undefined
  for await (const block of blocks) {
    if (held !== undefined) yield { block: held, isLast: false }
    held = block
  }
  yield { block: held ?? new Uint8Array(0), isLast: true }
}

/** Reads a small file whole. Throws `RangeError` beyond `maxBytes`, so that nothing hostile fills the memory. */
export async function collect(source: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of source) {
    bytes += chunk.length
    if (bytes > maxBytes) throw new RangeError(`longer than ${maxBytes} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
