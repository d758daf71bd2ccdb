import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { showProgress } from '../../../cli/render/progress.ts'
import { languages } from '../../../contract/words/language.ts'
import { extracting, sampleExtraction, sampleRun, startMs } from './sample-status.ts'
import { Screen } from './screen.ts'

const spaced = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ')

function live(screen: Screen, language: 'fr' | 'en' = 'en') {
  const clock = { ms: startMs }
  const progress = showProgress({
    out: screen,
    language,
    interactive: true,
    color: false,
    now: () => clock.ms,
  })
  return { clock, progress }
}

describe('progress on a terminal', () => {
  it('is redrawn in place: as many updates as you like leave one tree', () => {
    const screen = new Screen(100, 30)
    const { clock, progress } = live(screen)
    for (let second = 0; second <= 10; second += 1) {
      clock.ms = startMs + second * 1000
      progress.update(sampleRun([extracting('erp', second * 50), sampleExtraction('share')]))
    }
    progress.stop()
    const text = spaced(screen.lines.join('\n'))
    expect(screen.lines).toHaveLength(5)
    expect(text).toMatch(/^Exit rehearsal orme-si · extraction · 10 s\n/)
    expect(text).toMatch(/\S erp · extracting · 10\/20 parts · 150,000 records/)
    expect(text).toMatch(/export +█+░+ +50% +500 MB \/ 1 GB · 50 MB\/s · 10 s left/)
    expect(text).toMatch(/verification +100 MB · 10 MB\/s$/m)
    expect(text).toMatch(/· share · waiting$/)
  })

  it.each(languages)('speaks %s', (language) => {
    const screen = new Screen(100, 30)
    const { progress } = live(screen, language)
    progress.update(sampleRun([sampleExtraction('erp', { step: 'discovering', epoch: 2 })]))
    progress.stop(language === 'fr' ? 'Terminé.' : 'Over.')
    const text = screen.lines.join('\n')
    expect(text).toMatch(language === 'fr' ? /découverte · époque 2/ : /discovering · epoch 2/)
    expect(screen.lines.at(-1)).toBe(language === 'fr' ? 'Terminé.' : 'Over.')
  })

  it('never draws wider than the terminal, nor taller, and says how many sources it does not show', () => {
    const sources = Array.from({ length: 40 }, (_, index) =>
      index < 30
        ? sampleExtraction(`done-${index}`, { step: 'done' })
        : extracting(`busy-${index}-${'x'.repeat(60)}`, 10),
    )
    const screen = new Screen(50, 16)
    const { progress } = live(screen)
    progress.update(sampleRun(sources))
    expect(screen.lines.length).toBeLessThanOrEqual(15)
    for (const line of screen.lines) expect(line.length).toBeLessThan(50)
    expect(screen.lines.slice(1, 11).every((line) => line.includes('busy-'))).toBe(true)
    expect(screen.lines.at(-1)).toMatch(/… and 27 more sources/)
    progress.update(sampleRun(sources.map((source) => ({ ...source, epoch: 1 }))))
    expect(screen.lines.length).toBeLessThanOrEqual(15)
    progress.stop()
    expect(screen.lines.join('\n')).toContain('done-29')
  })

  it('finds its place again when the terminal was made narrower', () => {
    const screen = new Screen(100, 30)
    const { progress } = live(screen)
    progress.update(sampleRun([extracting('erp', 10)]))
    screen.narrow(40)
    expect(screen.lines.length).toBeGreaterThan(4)
    progress.update(sampleRun([extracting('erp', 20)]))
    expect(screen.lines).toHaveLength(4)
    expect(screen.lines[0]).toContain('orme-si')
    for (const line of screen.lines) expect(line.length).toBeLessThan(40)
    progress.stop()
  })

  it('does not write when nothing has changed', () => {
    const screen = new Screen(100, 30)
    const { progress } = live(screen)
    const status = sampleRun([sampleExtraction('erp', { step: 'done' })])
    progress.update(status)
    const { length } = screen.writes
    progress.update(status)
    expect(screen.writes).toHaveLength(length)
    progress.stop()
  })

  it('hides the cursor while it draws, gives it back at the end, and leaves no listener', () => {
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'exit'] as const
    const before = signals.map((signal) => process.listenerCount(signal))
    const screen = new Screen(100, 30)
    const { progress } = live(screen)
    progress.update(sampleRun([extracting('erp', 10)]))
    expect(screen.cursorShown).toBe(false)
    progress.stop()
    expect(screen.cursorShown).toBe(true)
    expect(signals.map((signal) => process.listenerCount(signal))).toEqual(before)
    const { length } = screen.writes
    progress.stop()
    progress.update(sampleRun([]))
    expect(screen.writes).toHaveLength(length)
  })

  it('shows a failure with its remedy, and no sequence that a name brought with it', () => {
    const screen = new Screen(100, 30)
    const { progress } = live(screen)
    const failure = { type: 'access-denied', message: 'denied\u001b[2J', remedy: 'Grant SELECT.' }
    progress.update(sampleRun([sampleExtraction('erp\u001b[31m\n', { step: 'failed', failure })]))
    progress.stop()
    expect(screen.lines.slice(1)).toEqual([
      '  ✘ erp␊ · failed',
      '    denied',
      '    What to do: Grant SELECT.',
    ])
  })
})

describe('progress without a terminal', () => {
  function plain() {
    const clock = { ms: startMs }
    const written: string[] = []
    const out = { write: (text: string) => written.push(text) }
    const progress = showProgress({ out, language: 'en', interactive: false, now: () => clock.ms })
    return { clock, written, progress }
  }

  it('prints a line when a step changes, and between changes one in ten seconds for each source', () => {
    const { clock, written, progress } = plain()
    for (let tenth = 0; tenth <= 250; tenth += 1) {
      clock.ms = startMs + tenth * 100
      progress.update(sampleRun([extracting('erp', tenth), extracting('crm', tenth)]))
    }
    progress.update(
      sampleRun([sampleExtraction('erp', { step: 'sealing', epoch: 1 }), extracting('crm', 250)]),
    )
    progress.stop('Over.')
    const lines = written.map((line) => spaced(line.trimEnd()))
    expect(lines.filter((line) => line.includes('erp: extracting'))).toHaveLength(3)
    expect(lines.filter((line) => line.includes('crm: extracting'))).toHaveLength(3)
    expect(lines[0]).toBe('[00:00] Exit rehearsal orme-si: extraction')
    expect(lines.find((line) => line.startsWith('[00:20] erp'))).toMatch(
      /^\[00:20\] erp: extracting — export 20% 200 MB \/ 1 GB · 10 MB\/s · 1 min 20 s left, verification 40 MB/,
    )
    expect(lines.at(-2)).toMatch(/^\[00:25\] erp: sealing the package/)
    expect(lines.at(-1)).toBe('Over.')
    expect(written.join('')).not.toContain('\u001b')
  })

  it('tells of a failure once, with its remedy', () => {
    const { clock, written, progress } = plain()
    const failure = { type: 'not-found', message: 'No such folder.', remedy: 'Create it.' }
    for (let minute = 0; minute < 5; minute += 1) {
      clock.ms += 60_000
      progress.update(sampleRun([sampleExtraction('share', { step: 'failed', failure })]))
    }
    progress.stop()
    const told = written.filter((line) => line.includes('share'))
    expect(told).toHaveLength(1)
    expect(told[0]).toContain('share: failed — No such folder. — What to do: Create it.')
  })
})

describe('a process that is killed while it shows progress', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'gives the cursor back on %s, and still dies of it',
    async (signal) => {
      const code = `
      import { showProgress } from './cli/render/progress.ts'
      import { sampleRun, sampleExtraction } from './tests/cli/render/sample-status.ts'
      showProgress({ out: process.stderr, language: 'en', interactive: true }).update(sampleRun([sampleExtraction('erp')]))
      setInterval(() => {}, 1000)`
      const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', code], {
        cwd: new URL('../../..', import.meta.url),
        stdio: ['ignore', 'ignore', 'pipe'],
      })
      const closed = once(child, 'close')
      let seen = ''
      for await (const chunk of child.stderr.setEncoding('utf8')) {
        seen += chunk
        if (seen.includes('waiting')) child.kill(signal)
      }
      expect(await closed).toEqual([null, signal])
      expect(seen).toContain('\u001b[?25l')
      expect(seen.lastIndexOf('\u001b[?25h')).toBeGreaterThan(seen.lastIndexOf('\u001b[?25l'))
    },
  )
})
