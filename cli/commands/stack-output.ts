import type { Stack, StackProgress } from '../../stack/stack.ts'
import type { ServiceStatus } from '../../stack/stack-status.ts'

export const titles = { temporal: 'Temporal', s3: 'S3', postgresql: 'PostgreSQL' } as const

/** What `stack up` says once everything answers: addresses on standard output, what to do next on the other. */
export function printReady(ready: {
  stack: Stack
  services: ServiceStatus[]
  options: { json?: boolean; detach?: boolean; ui?: boolean }
  seconds: number
}): void {
  const { stack, services, options, seconds } = ready
  const uiAddress = stack.temporal.uiAddress ?? null
  if (options.json) {
    for (const service of services) printJson({ type: 'service', ...service })
    const detached = options.detach ?? false
    printJson({ type: 'summary', command: 'stack up', ready: true, detached, seconds, uiAddress })
    return
  }
  printServices(services)
  if (uiAddress !== null) process.stdout.write(`Temporal's web interface: ${uiAddress}\n`)
  else if (options.ui)
    say('Temporal already ran without its web interface: stack down, then stack up --ui, starts both.')
  say('Addresses and credentials for other commands: eval "$(reversibility stack env)"')
  if (services.every((service) => service.state === 'given')) say('Everything is given: nothing was started.')
  else if (options.detach) say('Stop it with: reversibility stack down')
  else say('Ready. Ctrl-C stops everything.')
}

export function printServices(services: ServiceStatus[]): void {
  for (const { service, state, address, message } of services) {
    const what = address ?? message.split('\n')[0]
    process.stdout.write(`${titles[service].padEnd(11)} ${state.padEnd(8)} ${what}\n`)
  }
}

/** Prints each step, and during the long ones, how long they have taken. */
export function progressPrinter(): { print(progress: StackProgress): void; end(): void } {
  const building = new Map<string, { since: number; progress: StackProgress }>()
  const timer = setInterval(() => {
    for (const { since, progress } of building.values()) {
      const seconds = Math.round((Date.now() - since) / 1000)
      say(
        `${titles[progress.service].padEnd(11)} still building, ${seconds} s of about ${progress.expectedSeconds}`,
      )
    }
  }, 30_000)
  return {
    print(progress) {
      const { service, state, message } = progress
      building.delete(service)
      if (state === 'building') building.set(service, { since: Date.now(), progress })
      // What failed is said once, by the error.
      if (state !== 'stopped' && state !== 'failed') say(`${titles[service].padEnd(11)} ${message}`)
    },
    end: () => clearInterval(timer),
  }
}

export function printJson(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}

export function say(line: string): void {
  process.stderr.write(`${line}\n`)
}
