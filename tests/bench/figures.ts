export interface Round {
  seconds: number
  /** Of the whole command, where `seconds` is a part of it. */
  commandSeconds: number
  cpuSeconds: number
  peakMemoryBytes: number
  storedBytes: number
  /** What a contender says of itself: the length of the history, for ours. */
  own: Record<string, number>
}

export interface Figures {
  name: string
  task: 'table' | 'files'
  ours: boolean
  does: string
  rounds: Round[]
}

export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('There is no median of nothing.')
  const sorted = [...values].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/**
 * One line a contender: medians, their spread, and how each of ours compares: the median of the ratios of rounds run one after
 * the other, so that what else the machine does weighs on both (above 1: ours is slower than that peer).
 */
export function figuresTable(figures: readonly Figures[], task: Figures['task']): string {
  const rows = figures.filter((each) => each.task === task)
  const ours = rows.filter((each) => each.ours)
  const of = (each: Figures, field: 'seconds' | 'cpuSeconds' | 'peakMemoryBytes' | 'storedBytes') =>
    median(each.rounds.map((round) => round[field]))
  const lines = rows.map((each) => {
    const seconds = each.rounds.map((round) => round.seconds)
    const spread = `${Math.min(...seconds).toFixed(1)}–${Math.max(...seconds).toFixed(1)}`
    const own = Object.keys(each.rounds[0]?.own ?? {})
      .map((name) => `${name} ${median(each.rounds.map((round) => round.own[name] ?? 0))}`)
      .join(', ')
    return [
      each.name.replaceAll('|', '\\|'),
      of(each, 'seconds').toFixed(1),
      spread,
      ...ours.map((own) => (each.ours ? '—' : pairedRatio(own, each).toFixed(2))),
      of(each, 'cpuSeconds').toFixed(1),
      megabytes(of(each, 'peakMemoryBytes')),
      megabytes(of(each, 'storedBytes')),
      own === '' ? each.does : `${each.does}; ${own}`,
    ]
  })
  const ratios = ours.map(({ name }) => `${name} ÷ it`)
  const head = ['contender', 'median s', 'range s', ...ratios, 'CPU s', 'peak MB', 'stored MB', 'notes']
  return [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

function pairedRatio(ours: Figures, peer: Figures): number {
  return median(ours.rounds.map((round, at) => round.seconds / peer.rounds[at]!.seconds))
}

function megabytes(bytes: number): string {
  return (bytes / 1_000_000).toFixed(0)
}
