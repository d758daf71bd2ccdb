import type { Workspace } from '../../connectors/connector.ts'
import { ReversibilityError } from '../../contract/errors.ts'

/** A workspace in memory, with the promises of the real one: what is written is read back whole, or `not-found`. */
export function memoryWorkspace(): Workspace & { readonly files: Map<string, Buffer> } {
  const files = new Map<string, Buffer>()
  return {
    files,
    async write(name, bytes) {
      const chunks: Uint8Array[] = []
      for await (const chunk of bytes) chunks.push(Uint8Array.from(chunk))
      files.set(name, Buffer.concat(chunks))
    },
    async *read(name, signal) {
      signal.throwIfAborted()
      const bytes = files.get(name)
      if (bytes === undefined) {
        throw new ReversibilityError('not-found', `The workspace has no ${name}.`, {
          remedy: 'Open a new epoch.',
          subject: name,
        })
      }
      for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536)
    },
  }
}
