import type { ClockForecast, RunReport } from '../../contract/report.ts'
import { formatDuration } from '../../contract/words/dates.ts'
import type { Language } from '../../contract/words/language.ts'
import { formatPercent } from '../../contract/words/numbers.ts'
import { reportWords } from '../words.ts'
import { html, type Markup, name } from './markup.ts'

/** How long the real run would take, and how much of each clock that is. The bar repeats what the text says. */
export function clocksSection({ forecast }: RunReport, language: Language): Markup {
  const words = reportWords[language]
  const needed = words.forecast(
    formatDuration(forecast.extractionSeconds, language),
    formatDuration(forecast.restoreSeconds, language),
  )
  const list = html`<ul class="clocks">${forecast.clocks.map((clock) => clockItem(clock, language))}</ul>`
  return html`<section aria-labelledby="time">
<h2 id="time">${words.time}</h2>
<p>${needed}</p>
${forecast.clocks.length === 0 ? undefined : list}
</section>`
}

function clockItem(clock: ClockForecast, language: Language): Markup {
  const words = reportWords[language]
  const ratio =
    clock.allowedSeconds > 0 ? clock.neededSeconds / clock.allowedSeconds : Number.POSITIVE_INFINITY
  const tone = clock.holds ? 'good' : 'bad'
  const width = Math.min(1000, Math.max(clock.neededSeconds > 0 ? 6 : 0, Math.round(ratio * 1000)))
  const share = Number.isFinite(ratio) ? ` (${formatPercent(ratio, language)})` : ''
  const figures = `${formatDuration(clock.neededSeconds, language)} / ${formatDuration(clock.allowedSeconds, language)}${share}`
  return html`<li class="card">
<div class="row"><h3>${name(clock.title)}</h3><span class="${tone}">${clock.holds ? '✔' : '✘'} ${clock.holds ? words.holds : words.holdsNot}</span></div>
<svg class="bar ${tone}" viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true" focusable="false"><rect class="track" width="1000" height="10"/><rect class="fill" width="${width}" height="10"/></svg>
<div class="row"><span>${figures}</span><span class="quiet">${name(clock.source)}</span></div>
</li>`
}
