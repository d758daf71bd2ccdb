import { describe, expect, it } from 'vitest'
import { canRedraw, wantsColor } from '../../../cli/render/color.ts'
import { showSetup } from '../../../cli/render/setup.ts'
import { Speed } from '../../../cli/render/speed.ts'
import { WorkMeter } from '../../../cli/render/works.ts'
import { extracting, sampleExtraction, startMs } from './sample-status.ts'
import { Screen } from './screen.ts'

describe('speed', () => {
  it('is that of the last while, so that a change shows and a hiccup does not', () => {
    const speed = new Speed(10)
    for (let second = 0; second <= 60; second += 1) speed.observe(second * 100, second)
    expect(speed.perSecond).toBeCloseTo(100)
    for (let second = 61; second <= 75; second += 1) speed.observe(6000 + (second - 60) * 10, second)
    expect(speed.perSecond).toBeCloseTo(10)
    expect(speed.secondsLeft(6150 + 100)).toBeCloseTo(10)
  })

  it('is not known before anything grew, and begins anew when a source starts over', () => {
    const speed = new Speed()
    speed.observe(0, 0)
    expect(speed.perSecond).toBeUndefined()
    speed.observe(500, 5)
    expect(speed.perSecond).toBe(100)
    speed.observe(10, 6)
    expect(speed.perSecond).toBeUndefined()
    expect(speed.secondsLeft(1000)).toBeUndefined()
  })
})

describe('the works of a source', () => {
  const meter = new WorkMeter()

  it('are complete only once their step is over, however far the estimate was off', () => {
    const over = extracting('erp', 1500)
    expect(meter.progress(over, 'export')).toMatchObject({ state: 'under-way', ratio: 0.99 })
    expect(meter.progress({ ...over, step: 'sealing' }, 'export')).toMatchObject({ state: 'done', ratio: 1 })
  })

  it('count verification as work of its own, without a share as long as its size is not known', () => {
    const source = extracting('erp', 500)
    expect(meter.progress(source, 'verification')).toMatchObject({
      state: 'under-way',
      ratio: undefined,
      doneBytes: 1e8,
    })
    const sealed = { ...source, step: 'verifying' as const, verifiedBytes: { expected: 2e8, done: 1e8 } }
    expect(meter.progress(sealed, 'verification')).toMatchObject({ state: 'under-way', ratio: 0.5 })
    expect(meter.progress(source, 'restoration').state).toBe('ahead')
  })

  it('do not claim a restore that never was', () => {
    const done = { ...extracting('erp', 1000), step: 'done' as const }
    expect(meter.progress(done, 'restoration').state).toBe('ahead')
    const restored = { ...done, restoredBytes: { expected: 10, done: 10 } }
    expect(meter.progress(restored, 'restoration').state).toBe('done')
  })

  it('do not claim to be complete in a source that failed', () => {
    const failed = sampleExtraction('erp', { step: 'failed', bytes: { expected: 100, done: 60 } })
    expect(meter.progress(failed, 'export')).toMatchObject({ state: 'under-way', ratio: 0.6 })
  })
})

describe('colours', () => {
  it('follow NO_COLOR first, then FORCE_COLOR, then the terminal', () => {
    expect(wantsColor(true, {})).toBe(true)
    expect(wantsColor(true, { NO_COLOR: '1', FORCE_COLOR: '1' })).toBe(false)
    expect(wantsColor(true, { NO_COLOR: '' })).toBe(true)
    expect(wantsColor(false, { FORCE_COLOR: '1' })).toBe(true)
    expect(wantsColor(true, { FORCE_COLOR: '0' })).toBe(false)
    expect(wantsColor(true, { TERM: 'dumb' })).toBe(false)
    expect(wantsColor(false, {})).toBe(false)
  })

  it('and redrawing are not for dumb terminals and build logs', () => {
    expect(canRedraw(true, { TERM: 'xterm' })).toBe(true)
    expect(canRedraw(true, { TERM: 'dumb' })).toBe(false)
    expect(canRedraw(true, { CI: 'true' })).toBe(false)
    expect(canRedraw(false, {})).toBe(false)
  })
})

describe('the set-up', () => {
  it('shows a line for each service, with how long it takes, and claims nothing that was not reached', () => {
    const screen = new Screen(100, 30)
    let ms = startMs
    const setup = showSetup({ out: screen, language: 'fr', interactive: true, color: false, now: () => ms })
    setup.update({
      service: 'temporal',
      state: 'building',
      message: 'building temporal',
      expectedSeconds: 240,
    })
    setup.update({ service: 's3', state: 'ready', message: 'ready on port 7070' })
    ms += 65_000
    setup.update({
      service: 'temporal',
      state: 'building',
      message: 'building temporal',
      expectedSeconds: 240,
    })
    expect(screen.lines[0]!.replace(/\u00a0/g, ' ')).toMatch(
      /^\S temporal {2}building temporal {2}1 min 05 s \/ environ 4 min$/,
    )
    setup.stop()
    expect(screen.lines[0]).toMatch(/^· temporal/)
    expect(screen.lines[1]).toBe('✔ s3        ready on port 7070')
    expect(screen.cursorShown).toBe(true)
  })

  it('prints each new message once where nothing can be redrawn', () => {
    const written: string[] = []
    const out = { write: (text: string) => written.push(text) }
    const setup = showSetup({ out, language: 'en', interactive: false })
    setup.update({ service: 's3', message: 'starting' })
    setup.update({ service: 's3', message: 'starting' })
    setup.update({ service: 's3', message: 'ready\u001b[31m', state: 'ready' })
    setup.stop()
    expect(written).toEqual(['s3: starting\n', 's3: ready\n'])
  })
})
