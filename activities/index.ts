import { allowedHoursActivities } from './allowed-hours.ts'
import { concludeActivities } from './conclude.ts'
import type { ActivityDependencies } from './dependencies.ts'
import { discoverActivities } from './discover.ts'
import { documentActivities } from './documents.ts'
import { epochActivities } from './epoch.ts'
import { eraseActivities } from './erase.ts'
import { extractActivities } from './extract.ts'
import { fingerprintActivities } from './fingerprint.ts'
import { journalActivities } from './journal.ts'
import { partitionActivities } from './partition.ts'
import { preflightActivities } from './preflight.ts'
import { reportActivities } from './report.ts'
import { restoreActivities } from './restore.ts'
import { sealActivities } from './seal.ts'

/** Every activity, with what it reaches outside itself handed in. */
export function createActivities(dependencies: ActivityDependencies) {
  return {
    ...preflightActivities(dependencies),
    ...epochActivities(dependencies),
    ...discoverActivities(dependencies),
    ...partitionActivities(dependencies),
    ...allowedHoursActivities(dependencies),
    ...fingerprintActivities(dependencies),
    ...extractActivities(dependencies),
    ...sealActivities(dependencies),
    ...documentActivities(dependencies),
    ...restoreActivities(dependencies),
    ...concludeActivities(dependencies),
    ...eraseActivities(dependencies),
    ...journalActivities(dependencies),
    ...reportActivities(dependencies),
  }
}

export type Activities = ReturnType<typeof createActivities>
