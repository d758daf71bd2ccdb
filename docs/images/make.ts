/**
 * Makes the pictures of the README from the report of a run of the example:
 *   node bin/tool.mjs docs/images/make.ts reports/<run>/report.json
 * Needs a Chromium for the page. Addresses of the machine that ran it are replaced: a picture is for everyone.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { RunReport } from '../../contract/report.ts'
import { renderHtml } from '../../reporting/html.ts'
import { renderTerminal } from '../../reporting/terminal.ts'
import { findOnPath } from '../../stack/find-tool.ts'
import { terminalSvg } from './terminal-svg.ts'

const maxImageBytes = 300_000
const shownLines = 20
const page = { width: 1080, height: 1180 }

const [file] = process.argv.slice(2)
if (file === undefined) throw new Error('Name the report.json of a run of the example.')
const text = readFileSync(file, 'utf8')
  .replaceAll(/file:\/\/\/[^"]*\/partage/g, 'file:///srv/orme/partage')
  .replaceAll(/127\.0\.0\.1:\d+/g, 'db.orme.example:5432')
const report = JSON.parse(text) as RunReport

const terminal = renderTerminal(report, { language: 'en', color: true, width: 100 })
const lines = terminal.split('\n').slice(1, shownLines + 1)
save('rehearsal-terminal.svg', terminalSvg(['$ npm run rehearse -- --language en', '', ...lines, '  …']))

const browser = ['chromium', 'chromium-browser', 'google-chrome'].find((name) =>
  findOnPath(name, process.env),
)
if (browser === undefined)
  throw new Error('Install Chromium (Debian: apt-get install chromium) for the page.')
const work = mkdtempSync(join(tmpdir(), 'images-'))
try {
  const html = join(work, 'report.html')
  writeFileSync(html, renderHtml(report, { language: 'en' }))
  const shot = join(work, 'report.png')
  execFileSync(
    browser,
    [
      '--headless',
      '--no-sandbox',
      '--hide-scrollbars',
      `--window-size=${page.width},${page.height}`,
      `--screenshot=${shot}`,
      `file://${html}`,
    ],
    { stdio: 'ignore', timeout: 120_000, env: { ...process.env, HOME: work } },
  )
  save('rehearsal-report.png', readFileSync(shot))
} finally {
  rmSync(work, { recursive: true, force: true })
}

function save(name: string, bytes: string | Buffer): void {
  const path = fileURLToPath(new URL(name, import.meta.url))
  writeFileSync(path, bytes)
  const size = statSync(path).size
  if (size > maxImageBytes) throw new Error(`${name} has ${size} bytes: too much for a README.`)
  process.stdout.write(`${name}: ${size} bytes\n`)
}
