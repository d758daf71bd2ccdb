import { createHash } from 'node:crypto'
import { customProperties, dark, light } from './palette.ts'

/** The page's one style sheet: system fonts, nothing fetched, light and dark, narrow and printed. */
export const styleSheet = `
:root{color-scheme:light dark;${customProperties(light)}}
@media (prefers-color-scheme:dark){:root{${customProperties(dark)}}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--page);color:var(--text-ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","DejaVu Sans",sans-serif;font-variant-numeric:tabular-nums}
.sheet{max-width:70rem;margin:0 auto;padding:clamp(1rem,4vw,3.5rem) clamp(.9rem,4vw,2.5rem)}
h1,h2,h3,p,dl,dd,ul,ol{margin:0}
h1{font-size:clamp(1.55rem,1.2rem + 1.8vw,2.35rem);line-height:1.15;letter-spacing:-.018em;font-weight:680;text-wrap:balance;overflow-wrap:anywhere}
h2{font-size:1.22rem;letter-spacing:-.008em;font-weight:660;margin-bottom:.9rem}
h3{font-size:1rem;font-weight:640;overflow-wrap:anywhere}
a{color:var(--text-note)}
code{font:.84em/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;overflow-wrap:anywhere}
.quiet{color:var(--text-quiet)}
.kicker{color:var(--text-quiet);font-size:.82rem;font-weight:620;letter-spacing:.07em;text-transform:uppercase;margin-bottom:.5rem}
.parties{color:var(--text-quiet);margin-top:.6rem;overflow-wrap:anywhere}
section{margin-top:3rem}
.verdict{margin-top:1.9rem;padding:clamp(1.1rem,3vw,2rem);border-radius:.75rem;border-left:.45rem solid currentColor}
.verdict h2{font-size:clamp(1.7rem,1.3rem + 2vw,2.5rem);line-height:1.1;letter-spacing:-.02em;margin:0 0 .35rem;font-weight:720}
.verdict p{color:var(--text-ink);font-size:1.1rem;text-wrap:pretty}
.verdict ul{color:var(--text-ink);margin-top:1rem;padding-left:1.15rem}
.verdict li::marker{color:var(--text-quiet)}
.verdict.good{color:var(--text-good);background:var(--tint-good)}
.verdict.warn{color:var(--text-warn);background:var(--tint-warn)}
.verdict.bad{color:var(--text-bad);background:var(--tint-bad)}
.card{background:var(--card);border:1px solid var(--line);border-radius:.65rem}
.scroll{overflow-x:auto;border-radius:.65rem}
.scroll:focus-visible,summary:focus-visible{outline:3px solid var(--text-note);outline-offset:2px}
table{border-collapse:collapse;width:100%;font-size:.94rem}
caption{text-align:left;padding:.8rem 1rem .55rem;color:var(--text-quiet);font-size:.88rem}
th,td{padding:.55rem 1rem;text-align:left;vertical-align:top;border-top:1px solid var(--line)}
thead th{font-size:.8rem;font-weight:600;color:var(--text-quiet);border-top:0;white-space:nowrap}
tbody th{font-weight:600;overflow-wrap:anywhere;min-width:11rem}
tfoot{display:table-row-group}
tfoot th,tfoot td{font-weight:660;border-top:2px solid var(--line)}
td.number,th.number{text-align:right;white-space:nowrap}
td b{font-weight:500;white-space:nowrap}
td small,th small{display:block;font-weight:400;color:var(--text-quiet);overflow-wrap:anywhere}
.good{color:var(--text-good)}.warn{color:var(--text-warn)}.bad{color:var(--text-bad)}.note{color:var(--text-note)}
tr.differs>*{background:var(--tint-bad)}tr.unchecked>*{background:var(--tint-warn)}
details{margin-top:.8rem}
summary{cursor:pointer;padding:.75rem 1rem;font-weight:600;overflow-wrap:anywhere}
summary span{font-weight:400;color:var(--text-quiet)}
details .scroll{border-top:1px solid var(--line);border-radius:0}
.clocks{margin-top:1rem;display:grid;gap:.8rem;list-style:none;padding:0}
.clocks li{padding:1rem 1.1rem}
.clocks .row{display:flex;flex-wrap:wrap;justify-content:space-between;gap:.1rem 1.2rem}
svg.bar{display:block;width:100%;height:.6rem;margin:.6rem 0 .5rem;border-radius:.3rem}
svg.bar .track{fill:var(--track)}svg.bar .fill{fill:currentColor}
.missing{padding-left:1.15rem}
.findings{list-style:none;padding:0;display:grid;gap:.8rem}
.findings>li{padding:1.05rem 1.2rem;border-left:.3rem solid currentColor}
.findings h3,.findings dd{color:var(--text-ink)}
.tag{font-size:.78rem;font-weight:660;letter-spacing:.05em;text-transform:uppercase;margin-bottom:.15rem;overflow-wrap:anywhere}
.tag span{font-weight:400;letter-spacing:0;text-transform:none;color:var(--text-quiet)}
dl.pairs{display:grid;grid-template-columns:minmax(6.5rem,max-content) 1fr;gap:.35rem 1.3rem;margin-top:.6rem}
dl.pairs dt{color:var(--text-quiet);font-size:.92rem}
dl.pairs dd{overflow-wrap:anywhere;min-width:0}
.evidence{padding:1.1rem 1.2rem}.evidence dl.pairs{margin-top:0}
.steps{padding-left:1.3rem;display:grid;gap:1rem;margin-top:1rem}
pre{margin:.45rem 0 0;padding:.75rem .9rem;background:var(--track);border-radius:.45rem;white-space:pre-wrap;overflow-wrap:anywhere}
footer{margin-top:3.5rem;padding-top:1.1rem;border-top:1px solid var(--line);color:var(--text-quiet);font-size:.86rem}
@media screen and (max-width:44rem){
table,thead,tbody,tfoot,tr,th,td,caption{display:block}
thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
tr{padding:.7rem 1rem;border-top:1px solid var(--line)}tfoot tr{border-top-width:2px}
th,td,td.number{border:0!important;padding:.12rem 0;white-space:normal}
tbody th,tfoot th{padding-bottom:.3rem;min-width:0}
td{display:flex;justify-content:space-between;gap:1rem}td>span{text-align:right;min-width:0}
td::before{content:attr(data-label);color:var(--text-quiet);font-weight:400}
td:has(>span:empty){display:none}
}
@media (max-width:36rem){dl.pairs{grid-template-columns:1fr;gap:.05rem}dl.pairs dd{margin-bottom:.55rem}}
@media print{
:root{color-scheme:light;${customProperties(light)};--page:#fff}
@page{margin:16mm 14mm}
html{font-size:9.5pt}body{font-size:1rem}th,td{padding:.4rem .6rem}tbody th{min-width:8rem}.sheet{max-width:none;padding:0}
section{margin-top:1.8rem}.card,.findings>li,.clocks li,tr{break-inside:avoid}h2,h3,caption,summary{break-after:avoid}
.scroll{overflow:visible}thead{display:table-header-group}
details::details-content{content-visibility:visible;height:auto;display:block}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
}
`

/** What the page may do: apply this one style sheet. No script, no request, no form, no frame. */
export const contentSecurityPolicy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(styleSheet).digest('base64')}'; base-uri 'none'; form-action 'none'`
