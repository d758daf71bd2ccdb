import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findingCodes } from '../../contract/finding.ts'
import { languages } from '../../contract/words/language.ts'
import { escapeHtml } from '../../reporting/html/markup.ts'
import { dark, light, type Palette } from '../../reporting/html/palette.ts'
import { renderHtml } from '../../reporting/html.ts'
import {
  everyStringReplaced,
  sampleDataset,
  sampleFindings,
  sampleReport,
  sampleSource,
} from './sample-report.ts'

const hostile = `</td></style><script>alert(1)</script><img src=x onerror="alert(2)">" onload='x' &amp; \u0000\u001b[31m\u202e`

/** UTF-16 units of any kind, lone surrogates and control characters among them. */
const anyUnits = fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units))
const lowUnits = fc.array(fc.integer({ min: 0, max: 0xff })).map((units) => String.fromCharCode(...units))

describe.each(languages)('the HTML report in %s', (language) => {
  const page = renderHtml(sampleReport(), { language })

  it('is one page that names its language and asks for nothing', () => {
    expect(page).toMatch(/^<!doctype html>\n<html lang="(fr|en)">/)
    expect(page).toContain(`<html lang="${language}">`)
    expect(page).not.toMatch(/<(script|link|iframe|object|embed|img|form|base)\b|@import|url\(|\bon\w+=/i)
    expect(page).not.toMatch(/\b(?:src|href)=/)
  })

  it('forbids itself everything but its own style', () => {
    const style = page.match(/<style>([\s\S]*?)<\/style>/)![1]!
    const hash = createHash('sha256').update(style).digest('base64')
    expect(page).toContain(`content="default-src 'none'; style-src 'sha256-${hash}'`)
    expect(page).not.toMatch(/\bstyle=/)
  })

  it('holds nothing hostile, whichever text of the report it comes from', () => {
    const poisoned = renderHtml(
      everyStringReplaced(sampleReport(), (text) => text + hostile),
      { language },
    )
    expect(poisoned.match(/<script/gi)).toBeNull()
    expect(poisoned.match(/<img/gi)).toBeNull()
    expect(poisoned).not.toMatch(/<[^>]*\son(?:error|load)=/i)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    expect(poisoned).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/)
    expect(tagsOf(poisoned)).toEqual(tagsOf(page))
    expect(poisoned).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
  })

  it('shows every dataset with its three counts, and marks the one that differs', () => {
    const datasets = [
      sampleDataset('erp', 'public.sound', 1111),
      sampleDataset('erp', 'public.broken', 2222, { restored: { records: 2220, digest: '0'.repeat(16) } }),
      sampleDataset('erp', 'public.altered', 3333, { restored: { records: 3333, digest: '0'.repeat(16) } }),
    ]
    const text = renderHtml(sampleReport({ sources: [sampleSource({ datasets })] }), { language })
    const row = (id: string) =>
      text.match(new RegExp(`<tr role="row" class="(\\w+)"><th[^>]*><bdi>${id}</bdi>[\\s\\S]*?</tr>`))!
    expect(row('public.sound')[1]).toBe('same')
    expect(row('public.broken')[1]).toBe('differs')
    expect(row('public.broken')[0].replace(/[\u202f,]/g, '')).toMatch(/2222[\s\S]*2222[\s\S]*2220/)
    expect(row('public.altered')[0]).toMatch(/<small>/)
    expect(row('public.sound')[0]).not.toMatch(/<small>/)
  })

  it('heads every table, every column and every row, and labels every section', () => {
    const tables = page.match(/<table[\s\S]*?<\/table>/g)!
    expect(tables.length).toBeGreaterThanOrEqual(4)
    for (const table of tables) {
      expect(table).toMatch(/<caption>[^<]+/)
      const columns = table.match(/<th scope="col"/g)!.length
      for (const row of table.match(/<tr role="row"[^>]*>(?!<th scope="col")[\s\S]*?<\/tr>/g)!) {
        expect(row.match(/<th scope="row"/g)).toHaveLength(1)
        expect(row.match(/<td/g)).toHaveLength(columns - 1)
      }
    }
    for (const [, id] of page.matchAll(/<section[^>]* aria-labelledby="(\w+)"/g)) {
      expect(page).toContain(`<h2 id="${id}">`)
    }
    expect(page.match(/<h1/g)).toHaveLength(1)
    expect(page.match(/<main>/g)).toHaveLength(1)
  })

  it('tells every finding with its cause and what to do', () => {
    const items = page.match(/<li class="card (?:bad|warn|note)">[\s\S]*?<\/li>/g)!
    expect(items).toHaveLength(sampleFindings().length)
    for (const item of items) expect(item.match(/<dd>/g)).toHaveLength(2)
  })

  it('shows findings of every code', () => {
    const findings = findingCodes.map((code) => ({
      code,
      severity: 'minor' as const,
      subject: 'run',
      values: {},
    }))
    const text = renderHtml(sampleReport({ findings }), { language })
    expect(text.match(/<li class="card warn">/g)).toHaveLength(findingCodes.length)
  })

  it('stays whole with nothing in it', () => {
    const empty = sampleReport({
      sources: [],
      documents: [],
      findings: [],
      forecast: { extractionSeconds: 0, restoreSeconds: 0, clocks: [] },
    })
    expect(renderHtml(empty, { language })).not.toMatch(/undefined|NaN|\[object/)
  })
})

describe('the HTML report', () => {
  it('gives no command for packages that are erased, and those with their root while they are there', () => {
    const erased = renderHtml(sampleReport(), { language: 'en' })
    const kept = renderHtml(sampleReport({ copiesErased: false }), { language: 'en' })
    expect(erased).not.toContain('verify.sh')
    expect(kept).toContain('sh bag/verify.sh')
    expect(kept).toContain(`--expect-root ${sampleReport().sources[0]!.rootSha256}`)
    for (const page of [erased, kept]) expect(page).toContain('journal/00000023.json')
  })

  it('quotes for the shell an id that is not a plain word', () => {
    const report = sampleReport({ runId: "x'; rm -rf ~ #" })
    const page = renderHtml(report, { language: 'en' })
    expect(page).toContain(escapeHtml("sha256sum 'orme-si/x'\\''; rm -rf ~ #/journal/00000023.json'"))
  })

  it('is the same for the same report', () => {
    expect(renderHtml(sampleReport(), { language: 'fr' })).toBe(
      renderHtml(sampleReport(), { language: 'fr' }),
    )
  })

  it('escapes any text so that no sign of markup is left', () => {
    fc.assert(
      fc.property(fc.oneof(anyUnits, lowUnits), (text) => {
        expect(escapeHtml(text)).not.toMatch(/[<>"'`]|&(?!(?:amp|lt|gt|quot|#39|#96);)/)
      }),
    )
  })

  it.each([
    ['light', light],
    ['dark', dark],
  ])('can be read in %s: contrast of at least 4.5 wherever text stands', (_, palette) => {
    const { text, page, card, track, tint } = palette as Palette
    for (const color of Object.values(text)) {
      for (const ground of [page, card]) expect(contrast(color, ground)).toBeGreaterThanOrEqual(4.5)
    }
    for (const ground of [...Object.values(tint), track]) {
      expect(contrast(text.ink, ground)).toBeGreaterThanOrEqual(4.5)
    }
    for (const tone of ['good', 'warn', 'bad'] as const) {
      expect(contrast(text[tone], tint[tone])).toBeGreaterThanOrEqual(4.5)
    }
    for (const ground of [tint.warn, tint.bad])
      expect(contrast(text.quiet, ground)).toBeGreaterThanOrEqual(4.5)
  })
})

function tagsOf(page: string): string[] {
  return page.match(/<\/?[a-z][a-z0-9]*/gi)!
}

/** WCAG 2.2, contrast ratio of two sRGB colours. */
function contrast(a: string, b: string): number {
  const luminance = (color: string) => {
    const [red, green, blue] = [1, 3, 5].map((at) => {
      const channel = Number.parseInt(color.slice(at, at + 2), 16) / 255
      return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4
    }) as [number, number, number]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
  }
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number]
  return (high + 0.05) / (low + 0.05)
}
