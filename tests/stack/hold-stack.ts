/** A process that opens a root's stack, says its addresses, and gives it up when its input ends: node hold-stack.ts ROOT SERVICE… */
import type { ServiceName } from '../../stack/layout.ts'
import { openStack } from '../../stack/open-stack.ts'

const [root = '', ...services] = process.argv.slice(2)
const stack = await openStack({ root, services: services as ServiceName[] })
process.stdout.write(`${JSON.stringify(stack.environment())}\n`)
for await (const _ of process.stdin);
await stack.stop()
