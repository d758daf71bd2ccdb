import { formatDate, formatDays } from './dates.ts'
import type { FindingTemplates } from './finding-template.ts'
import { formatBytes, formatNumber } from './numbers.ts'

const bytes = (value: number) => formatBytes(value, 'en')
const days = (value: number) => formatDays(value, 'en')
const count = (value: number, one: string, many: string) =>
  `${formatNumber(value, 'en')} ${value === 1 ? one : many}`

const share = (percent: number) => (percent < 1 ? 'less than 1%' : `${formatNumber(percent, 'en')}%`)

/** The findings in English. */
export const englishFindings: FindingTemplates = {
  'undeclared-system': ({ address, title, bytes: size }) => ({
    title: `Undeclared system: ${title}`,
    cause: `${address} is within reach of a declared source's own access${size === undefined ? '' : ` and holds ${bytes(size)}`}, yet no source and no exclusion of the plan names it.`,
    action:
      "Add it to the plan's sources, or to its exclusions with a reason, work units and a price; then have the client and the provider accept the difference.",
  }),
  'missing-document': ({ document, title, path }) => ({
    title: `Missing document: ${title}`,
    cause: `The plan requires this document (${document}) and looks for it at ${path}, where nothing matches.`,
    action: 'Its owner puts it there; or correct its path in the plan if it is kept elsewhere.',
  }),
  'stale-document': ({ title, path, modifiedAt, maxAgeDays, ageDays }) => ({
    title: `Stale document: ${title}`,
    cause: `${path} was last changed on ${formatDate(modifiedAt, 'en')}, ${days(ageDays)} ago; the plan accepts at most ${days(maxAgeDays)}.`,
    action: 'Its owner compares it with what is running today, corrects it and saves a new version.',
  }),
  'omitted-entry': ({ dataset, item, reason, count: total }) =>
    total !== undefined && total > 1
      ? {
          title: `Not handed over: ${count(total, 'entry', 'entries')} of ${dataset}`,
          cause: `${count(total, 'entry', 'entries')} are not in the package, the first being ${item}: ${reason}`,
          action:
            'Read the whole list in the package (omissions.json); with the client, accept it or agree on another way to hand these over.',
        }
      : {
          title: `Not handed over: ${item}`,
          cause: `This entry of ${dataset} is not in the package: ${reason}`,
          action:
            'With the client, accept the omission, which the package lists under its signature, or agree on another way to hand it over.',
        },
  'volume-far-from-declared': ({ declaredBytes, realBytes, ratioPercent, workUnits }) => ({
    title: `Volume far from the one declared: ${bytes(realBytes)} for ${bytes(declaredBytes)}`,
    cause: `The plan declares ${bytes(declaredBytes)} and ${bytes(realBytes)} were found, ${share(ratioPercent)} of it.${workUnits === undefined ? '' : ` On the bill, that is ${workUnits > 0 ? '+' : ''}${count(workUnits, 'work unit', 'work units')}.`}`,
    action:
      realBytes < declaredBytes
        ? 'Check that nothing is kept elsewhere or already gone; then correct the expected volume in the plan, and the price that rests on it.'
        : 'Agree on what the surplus costs and how long it takes; then correct the expected volume in the plan.',
  }),
  'access-denied': ({ detail, remedy }) => ({
    title: 'The source refuses access',
    cause: `It was reached and turned us away: ${detail}`,
    action: remedy,
  }),
  'partial-access': ({ item, reason, remedy }) => ({
    title: `The access does not see everything: ${item}`,
    cause: `An export made with it would be incomplete without showing it, so it was refused. ${reason}`,
    action: remedy,
  }),
  'source-unreachable': ({ detail }) => ({
    title: 'The source cannot be reached',
    cause: `It did not answer: ${detail}`,
    action: 'Check that it is running and that the network lets the worker through; then run again.',
  }),
  'source-failed': ({ detail, remedy }) => ({
    title: 'The source could not be exported',
    cause: detail,
    action: remedy,
  }),
  'fingerprint-mismatch': ({ dataset, side, sourceRecords, otherRecords }) => {
    const where = side === 'restored' ? 'the restored copy' : 'the package'
    return {
      title: `${dataset}: ${where} does not hold what the source holds`,
      cause:
        sourceRecords === otherRecords
          ? `Both count ${count(sourceRecords, 'record', 'records')}, but their contents differ: the digests do not agree.`
          : `The source counts ${count(sourceRecords, 'record', 'records')}, ${where} ${formatNumber(otherRecords, 'en')}.`,
      action:
        'Do not accept this package. Run again; if the difference remains, keep both packages and have the dataset compared record by record.',
    }
  },
  'restore-failed': ({ detail, remedy }) => ({
    title: 'The package could not be restored',
    cause: detail,
    action: remedy,
  }),
  'not-restored': ({ reason }) => ({
    title: 'The package was not restored',
    cause: `It was verified, but not proved by restoring it: ${reason}`,
    action: 'Give the plan a restore target for this source, so that the next rehearsal proves it.',
  }),
  'changed-while-read': ({ item }) => ({
    title: `Changed while it was read: ${item}`,
    cause: 'It was written to at the source during the export, so that what was read is not of one instant.',
    action: 'Run again at hours when nothing writes to it, or have its writers stopped for the export.',
  }),
  'clock-endangered': ({ clock, article, allowedDays, neededDays }) => ({
    title: `Deadline in danger: ${clock}`,
    cause: `At the speed measured now, ${days(neededDays)} are needed where ${article} allows ${days(allowedDays)}.`,
    action:
      'Raise the limits set on the sources (connections, bandwidth, hours), start earlier, or agree on an extension within the time the contract gives for it.',
  }),
  'knowledge-not-planned': ({ topic }) => ({
    title: `Knowledge transfer not planned: ${topic}`,
    cause: 'The plan has no session, no receiver or no gate for this topic.',
    action: 'Plan its sessions, name who receives it and the score that opens the gate.',
  }),
  'copies-not-erased': ({ count: total }) => ({
    title: "The run's own copies are not all erased",
    cause: `${count(total, 'object version remains', 'object versions remain')} in the store after the erasure.`,
    action: 'See what holds them (a retention, a refused deletion), lift it, and erase again.',
  }),
  'empty-source': () => ({
    title: 'The source is empty',
    cause: 'The access works, and nothing was found to hand over.',
    action:
      'Check that the address, the filters and the rights of the plan are the right ones; otherwise remove the source.',
  }),
}
