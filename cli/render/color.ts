/**
 * Whether to colour what goes to a stream: NO_COLOR (https://no-color.org) when set and not empty forbids it, then
 * FORCE_COLOR asks for it, and otherwise a terminal that is not dumb gets it.
 */
export function wantsColor(isTerminal: boolean, environment: NodeJS.ProcessEnv = process.env): boolean {
  if (environment.NO_COLOR) return false
  if (environment.FORCE_COLOR) return environment.FORCE_COLOR !== '0'
  return isTerminal && environment.TERM !== 'dumb'
}

/** Whether a stream can be redrawn in place: a terminal, not dumb, and nobody's build log. */
export function canRedraw(isTerminal: boolean, environment: NodeJS.ProcessEnv = process.env): boolean {
  return isTerminal && environment.TERM !== 'dumb' && !environment.CI
}
