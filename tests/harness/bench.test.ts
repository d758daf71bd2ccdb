import { expect, test } from 'vitest'
import { type Figures, figuresTable, median } from '../bench/figures.ts'
import { measure } from '../bench/measure.ts'
import { quote } from '../bench/peers.ts'

const environment = { PATH: process.env.PATH }
const node = quote(process.execPath)

test('sees the time, the memory and the processor that a descendant takes', async () => {
  const script = `const b = Buffer.alloc(300_000_000, 1); while (process.cpuUsage().user < 1_000_000) b[0]++`
  const measured = await measure(`echo done | cat; ${node} --eval ${quote(script)} | cat`, environment)
  // By the processor's clock and not the wall's: a busy machine gives a process as little as it likes.
  expect(measured.seconds).toBeGreaterThan(0.9)
  expect(measured.peakMemoryBytes).toBeGreaterThan(300_000_000)
  expect(measured.peakMemoryBytes).toBeLessThan(700_000_000)
  expect(measured.cpuSeconds).toBeGreaterThan(0.4)
  expect(measured.cpuSeconds).toBeLessThan(measured.seconds * 2 + 1)
  expect(measured.stdout).toBe('done\n')
})

test('counts what another process does meanwhile, and only that', async () => {
  const measured = await measure('sleep 0.3', environment, [process.pid])
  expect(measured.peakMemoryBytes).toBeGreaterThan(30_000_000)
  expect(measured.cpuSeconds).toBeLessThan(2)
})

test('fails when any command of a pipeline fails, and says what it said', async () => {
  await expect(measure('(echo broken >&2; exit 3) | cat', environment)).rejects.toThrow(
    /ended with 3.*\n.*broken/s,
  )
  await expect(measure('cat "$UNSET" | true', environment)).rejects.toThrow(/UNSET/)
})

test('quotes whatever a path holds', async () => {
  const word = `l'été $HOME "x" \\ \n`
  expect((await measure(`printf %s ${quote(word)}`, environment)).stdout).toBe(word)
})

test('takes the middle, and compares ours with each peer', () => {
  expect(median([5, 1, 3])).toBe(3)
  expect(median([4, 1, 3, 2])).toBe(2.5)
  expect(() => median([])).toThrow(RangeError)
  const of = (name: string, ours: boolean, seconds: number): Figures => ({
    name,
    task: 'table',
    ours,
    does: '',
    rounds: [
      {
        seconds,
        commandSeconds: seconds,
        cpuSeconds: 1,
        peakMemoryBytes: 2e6,
        storedBytes: 3e6,
        own: ours ? { events: 7 } : {},
      },
    ],
  })
  const table = figuresTable([of('ours', true, 6), of('a | b', false, 4)], 'table')
  expect(table).toContain('| a \\| b | 4.0 | 4.0–4.0 | 1.50 |')
  expect(table).toContain('events 7')
})
