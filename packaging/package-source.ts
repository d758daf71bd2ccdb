/** Where a package is read from. Paths are from the epoch folder: `bag/bagit.txt`, `root.json`. */
export interface PackageSource {
  /** Every file, in any order. Throws `integrity-mismatch` for what is not a plain file. */
  list(): AsyncIterable<{ path: string; bytes: number }>
  /** Throws `not-found`; `integrity-mismatch` for what is not a plain file. */
  open(path: string): AsyncIterable<Uint8Array>
}
