import { constants } from 'node:fs'
import { lstat, mkdir, open, readdir, realpath, rename } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { ReversibilityError } from '../contract/errors.ts'
import type { PackageSink } from './package-content.ts'
import type { PackageSource } from './package-source.ts'
import { isSafePath } from './safe-path.ts'

/** A package in a folder of this machine. Never follows a link out of it: one is refused. Throws `not-found`. */
export async function folderSource(folder: string): Promise<PackageSource> {
  const root = await realpath(folder).catch((cause) => {
    throw notFound(folder, cause)
  })
  if (!(await lstat(root)).isDirectory()) {
    throw new ReversibilityError('invalid-input', `${folder} is not a folder.`, {
      remedy: 'Name the epoch folder: the one that holds bag/ and root.json.',
    })
  }
  return {
    list: () => walk(root, ''),
    async *open(path) {
      await refuseLinks(root, path)
      const file = await open(
        join(root, path),
        constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK,
      )
      try {
        for (;;) {
          const { bytesRead, buffer } = await file.read(Buffer.allocUnsafeSlow(readBytes), 0, readBytes, null)
          if (bytesRead === 0) return
          yield buffer.subarray(0, bytesRead)
        }
      } finally {
        await file.close()
      }
    },
  }
}

/** Writes a package to a folder: each file under another name first, so that none is ever half there. */
export function folderSink(folder: string): PackageSink {
  return {
    async write(path, bytes) {
      if (!isSafePath(path)) throw unsafe(path)
      const target = join(folder, path)
      await mkdir(dirname(target), { recursive: true })
      const partial = `${target}.partial`
      const file = await open(partial, 'w')
      try {
        if (bytes instanceof Uint8Array) await file.writeFile(bytes)
        else for await (const chunk of bytes) await file.writeFile(chunk)
        await file.sync()
      } finally {
        await file.close()
      }
      await rename(partial, target)
      return { versionId: null }
    },
  }
}

const readBytes = 512 * 1024

async function* walk(root: string, prefix: string): AsyncGenerator<{ path: string; bytes: number }> {
  const entries = await readdir(join(root, prefix), { withFileTypes: true })
  entries.sort((a, b) => (a.name < b.name ? -1 : 1))
  for (const entry of entries) {
    const path = `${prefix}${entry.name}`
    // What lies beside the bag and its statement is no part of the package: a tree restored there may hold anything.
    if (!packagePath.test(path)) {
      if (entry.isFile()) yield { path, bytes: 0 }
      continue
    }
    if (entry.isDirectory()) yield* walk(root, `${path}/`)
    else if (entry.isFile()) yield { path, bytes: (await lstat(join(root, path))).size }
    else throw unsafe(path)
  }
}

const packagePath = /^(bag(\/|$)|root\.json)/

/** The whole way down: a folder that is a link would lead elsewhere as well. */
async function refuseLinks(root: string, path: string): Promise<void> {
  if (!isSafePath(path)) throw unsafe(path)
  let current = root
  const segments = path.split('/')
  for (const [index, segment] of segments.entries()) {
    current = join(current, segment)
    const found = await lstat(current).catch((cause) => {
      throw (cause as NodeJS.ErrnoException).code === 'ENOENT' ? notFound(path, cause) : cause
    })
    if (index < segments.length - 1 ? !found.isDirectory() : !found.isFile()) throw unsafe(path)
  }
}

function unsafe(path: string): ReversibilityError {
  return new ReversibilityError(
    'integrity-mismatch',
    `${JSON.stringify(path)} is not a plain file of the package.`,
    {
      remedy: 'Refuse the package: it holds only files and folders with simple names, never a link.',
      subject: path,
    },
  )
}

function notFound(path: string, cause: unknown): ReversibilityError {
  return new ReversibilityError('not-found', `${path} does not exist.`, {
    remedy: 'Name the epoch folder: the one that holds bag/ and root.json.',
    subject: path,
    cause,
  })
}
