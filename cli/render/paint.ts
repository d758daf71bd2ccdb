import { createColors } from 'picocolors'
import { wantsColor } from './color.ts'

/** Colours for what commands print: none unless both outputs are a terminal, whatever a build server's environment says. */
export const paint = createColors(wantsColor(process.stdout.isTTY === true && process.stderr.isTTY === true))
