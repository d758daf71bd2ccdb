import type { JournalFact, JournalHead } from '../contract/journal.ts'
import { statusKey } from '../contract/layout.ts'
import type { RunContext } from '../contract/run.ts'
import type { RunStatus } from '../contract/status.ts'
import { signCheckpoint } from '../evidence/checkpoint.ts'
import { appendToJournal } from '../evidence/journal.ts'
import { writeJson } from '../store/json.ts'
import type { ActivityDependencies } from './dependencies.ts'
import { loadPlan } from './plan.ts'

export interface JournalTask {
  run: RunContext
  after: JournalHead
  at: string
  facts: JournalFact[]
}

export function journalActivities(dependencies: ActivityDependencies) {
  return {
    async appendJournal(task: JournalTask): Promise<JournalHead> {
      return appendToJournal(dependencies.storeOf(task.run.bucket), task)
    },

    async signJournal(task: { run: RunContext; head: JournalHead }): Promise<void> {
      const plan = await loadPlan(dependencies, task.run)
      await signCheckpoint(dependencies.storeOf(task.run.bucket), {
        run: task.run,
        head: task.head,
        signingKey: await dependencies.resolveSecret(plan.delivery.signingKey),
      })
    },

    /** What the doors show when no worker answers. */
    async writeStatus(task: { run: RunContext; status: RunStatus }): Promise<void> {
      await writeJson(dependencies.storeOf(task.run.bucket), statusKey(task.run), task.status)
    },
  }
}
