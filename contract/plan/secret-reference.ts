/**
 * A reference says where a secret is and never what it is: `env:NAME`, `file:/absolute/path`, or
 * `command:program argument …` (run without a shell, its standard output taken). Resolved in the worker only.
 */
export const secretReferencePattern =
  /^(?:env:[A-Za-z_][A-Za-z0-9_]{0,127}|file:\/[^\0\r\n]{1,4095}|command:[^\s\0][^\0\r\n]{0,4095})$/

/** True when the text is a well-formed reference; says nothing of whether it can be resolved. */
export function isSecretReference(text: string): boolean {
  return secretReferencePattern.test(text)
}

/** True when the text was meant as a reference, well formed or not. */
export function looksLikeReference(text: string): boolean {
  return /^(?:env|file|command):/.test(text)
}
