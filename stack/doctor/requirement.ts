import { existsSync } from 'node:fs'

/** One thing that this machine must have, or may have, and what was found. */
export interface Requirement {
  name: string
  /** What it is needed for. */
  purpose: string
  /** `available`: not there, and the stack makes it by itself at its first start. */
  state: 'found' | 'given' | 'available' | 'missing' | 'unusable'
  /** Not having it makes the doctor fail. */
  needed: boolean
  path: string | null
  version: string | null
  /** What is wrong or worth knowing. */
  note: string | null
  /** Ways to supply it, each a full instruction; empty when it is there. */
  remedies: string[]
}

/** The commands that install a package on the systems we know; only this machine's when it is one of them. */
export function installCommands(packages: { debian: string; fedora: string; macos: string }): string[] {
  const commands = {
    debian: `apt-get install ${packages.debian}`,
    fedora: `dnf install ${packages.fedora}`,
    macos: `brew install ${packages.macos}`,
  }
  if (process.platform === 'darwin') return [commands.macos]
  if (existsSync('/etc/debian_version')) return [commands.debian]
  if (existsSync('/etc/redhat-release')) return [commands.fedora]
  return [`${commands.debian} (Debian, Ubuntu)`, `${commands.fedora} (Fedora)`, `${commands.macos} (macOS)`]
}
