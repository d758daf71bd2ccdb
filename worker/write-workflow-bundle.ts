// Writes the workflows as one script to standard output; what goes wrong to standard error.
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker'

const here = import.meta.url
const { code } = await bundleWorkflowCode({
  workflowsPath: fileURLToPath(new URL(`../workflows/index${extname(here)}`, here)),
  logger: new DefaultLogger('WARN', ({ message }) => process.stderr.write(`${message}\n`)),
})
process.stdout.write(code)
