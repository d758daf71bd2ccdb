import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { type ServiceName, type StackLayout, serviceNames } from './layout.ts'
import { identify, isAlive, type ProcessIdentity } from './process-identity.ts'
import { writePrivately } from './state.ts'

const leaseContent = z.object({
  /** The lease ends with this process, however that ends. */
  holder: z.object({ pid: z.number(), started: z.string() }),
  services: z.array(z.enum(serviceNames)),
  /** Whether Temporal's web interface is wanted. */
  ui: z.boolean(),
})

/** One process's need of some services. The stack runs while any lease is alive. */
export interface Lease extends z.infer<typeof leaseContent> {
  name: string
}

export function takeLease(layout: StackLayout, wanted: { services: ServiceName[]; ui: boolean }): Lease {
  const holder = identify(process.pid)
  if (holder === undefined) throw new Error(`this process (${process.pid}) is not listed as running`)
  return writeLease(layout, `${process.pid}-${randomBytes(4).toString('hex')}`, { holder, ...wanted })
}

/** Keeps the stack running after this process: the lease is the keeper's own, so it ends with it. */
export function takeDetachedLease(
  layout: StackLayout,
  keeper: ProcessIdentity,
  wanted: { services: ServiceName[]; ui: boolean },
): Lease {
  return writeLease(layout, 'detached', { holder: keeper, ...wanted })
}

/** May be called twice. */
export function dropLease(layout: StackLayout, lease: Lease): void {
  rmSync(leaseFile(layout, lease.name), { force: true })
}

/** False once it was dropped, by its holder or by who stopped the stack. */
export function isHeld(layout: StackLayout, lease: Lease): boolean {
  return existsSync(leaseFile(layout, lease.name))
}

/** The leases whose holder is alive. Files of the dead are removed on the way. */
export function liveLeases(layout: StackLayout): Lease[] {
  const leases: Lease[] = []
  for (const entry of leaseEntries(layout)) {
    const name = entry.slice(0, -'.json'.length)
    let text: string
    try {
      text = readFileSync(leaseFile(layout, name), 'utf8')
    } catch (error) {
      // Dropped between the listing and the reading.
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') continue
      throw error
    }
    const content = leaseContent.parse(JSON.parse(text))
    const lease = { name, ...content }
    if (isAlive(content.holder)) leases.push(lease)
    else dropLease(layout, lease)
  }
  return leases
}

function leaseEntries(layout: StackLayout): string[] {
  try {
    return readdirSync(layout.leasesFolder)
      .filter((name) => name.endsWith('.json'))
      .sort()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

function leaseFile(layout: StackLayout, name: string): string {
  return join(layout.leasesFolder, `${name}.json`)
}

function writeLease(layout: StackLayout, name: string, content: z.infer<typeof leaseContent>): Lease {
  mkdirSync(layout.leasesFolder, { recursive: true })
  writePrivately(leaseFile(layout, name), JSON.stringify(content))
  return { name, ...content }
}
