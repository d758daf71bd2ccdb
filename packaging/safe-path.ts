/**
 * True for a path that means the same on every system and stays where it is put: letters, digits and `-_./`, no empty,
 * `.` or `..` segment. bagit-python rejects the escapes that RFC 8493, section 2.1.3 defines, so none is needed.
 */
export function isSafePath(path: string): boolean {
  if (!/^[A-Za-z0-9._/-]+$/.test(path)) return false
  return path.split('/').every((segment) => segment !== '' && segment !== '.' && segment !== '..')
}
