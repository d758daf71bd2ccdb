import { sleep } from '@temporalio/workflow'

/** Workflows that no recorded history fits: what a replay must not let through. */
export async function rehearsal(): Promise<void> {
  await sleep('1 day')
}

export async function extraction(): Promise<void> {
  await sleep('1 day')
}
