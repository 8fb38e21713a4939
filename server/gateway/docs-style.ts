/** The page's style sheet. Tokens are those of the portal; fonts are the reader's own, so that nothing is loaded. */
export const PAGE_STYLE = `
:root {
  --bg: oklch(0.982 0.003 250); --surface: oklch(1 0 0); --sunken: oklch(0.968 0.004 250); --hover: oklch(0.95 0.006 250);
  --line: oklch(0.915 0.006 250); --ink: oklch(0.22 0.018 255); --ink-2: oklch(0.42 0.02 255); --ink-3: oklch(0.52 0.02 255);
  --link: oklch(0.49 0.17 258);
  --sans: 'Inter Variable', Inter, system-ui, -apple-system, 'Segoe UI', 'Noto Sans SC', 'PingFang SC', 'Microsoft YaHei', sans-serif;
  --mono: 'Geist Mono Variable', 'Geist Mono', ui-monospace, 'SF Mono', Menlo, Consolas, monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --bg: oklch(0.168 0.01 255); --surface: oklch(0.2 0.011 255); --sunken: oklch(0.183 0.01 255); --hover: oklch(0.245 0.013 255);
    --line: oklch(0.272 0.013 255); --ink: oklch(0.955 0.004 250); --ink-2: oklch(0.79 0.012 250); --ink-3: oklch(0.67 0.015 250);
    --link: oklch(0.76 0.11 252);
  }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 64px; color-scheme: light dark; }
body { margin: 0; background: var(--bg); color: var(--ink); font: 13px/20px var(--sans); }
:lang(zh-CN) body { line-height: 21px; }
a { color: var(--link); text-decoration: none; }
a:hover { text-decoration: underline; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 4px; }
code, pre { font-family: var(--mono); font-size: 12px; }
.num { font-variant-numeric: tabular-nums; }
.meta { color: var(--ink-3); font-size: 12px; line-height: 16px; }
.skip { position: absolute; left: -999px; }
.skip:focus { left: 8px; top: 8px; z-index: 3; background: var(--surface); padding: 4px 8px; }
.top { position: sticky; top: 0; z-index: 2; display: flex; flex-wrap: wrap; align-items: center; gap: 4px 12px; min-height: 48px; padding: 8px 24px;
  background: var(--surface); border-bottom: 1px solid var(--line); }
.top strong { font-weight: 600; font-size: 14px; }
.top .space { flex: 1; }
.top a { padding: 4px 0; }
.shell { display: grid; grid-template-columns: 216px minmax(0, 1fr); }
nav { position: sticky; top: 49px; align-self: start; max-height: calc(100vh - 49px); overflow-y: auto; padding: 16px 12px 24px 24px; }
nav h2 { margin: 12px 0 4px; font-size: 12px; line-height: 16px; font-weight: 500; color: var(--ink-3); }
nav h2:first-child { margin-top: 0; }
nav ul { list-style: none; margin: 0; padding: 0; }
nav a { display: block; padding: 4px 8px; margin-left: -8px; border-radius: 6px; color: var(--ink-2); font: 12px/20px var(--mono); overflow-wrap: anywhere; }
nav a:hover { background: var(--hover); color: var(--ink); text-decoration: none; }
main { border-left: 1px solid var(--line); background: var(--surface); min-height: calc(100vh - 49px); }
.intro, .lead, h2.group, .op { padding-inline: 24px; }
.intro { padding-block: 24px; max-width: 880px; }
h1 { margin: 0 0 8px; font-size: 20px; line-height: 28px; font-weight: 600; }
p { margin: 0 0 8px; }
.facts { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 4px 16px; margin: 12px 0; }
.facts dt { color: var(--ink-3); }
.facts dd { margin: 0; overflow-wrap: anywhere; }
h2.group { margin: 0; padding-top: 16px; border-top: 1px solid var(--line); font-size: 14px; line-height: 20px; font-weight: 600; }
.lead { color: var(--ink-2); padding-bottom: 4px; }
.op { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 460px); gap: 24px; padding-block: 16px; border-top: 1px solid var(--line); }
.op:target h3 { text-decoration: underline; text-decoration-color: var(--link); text-underline-offset: 4px; }
h3 { margin: 0 0 4px; font-size: 13px; line-height: 20px; font-weight: 600; overflow-wrap: anywhere; }
h3 code { font-size: 13px; }
.verb { display: inline-block; min-width: 36px; color: var(--ink-3); font: 500 11px/16px var(--mono); }
.summary { font-weight: 500; }
.text > p:not(.summary) { color: var(--ink-2); max-width: 680px; }
.code { min-width: 0; }
.code .meta { margin-bottom: 4px; }
pre { margin: 0; padding: 12px; overflow-x: auto; background: var(--sunken); border: 1px solid var(--line); border-radius: 8px; line-height: 18px; }
.scroll { overflow-x: auto; margin: 8px 0; }
table { width: 100%; border-collapse: collapse; }
caption { text-align: left; color: var(--ink-3); font-size: 12px; line-height: 16px; padding-bottom: 4px; }
th { text-align: left; font-size: 12px; line-height: 16px; font-weight: 500; color: var(--ink-3); }
th, td { padding: 6px 12px 6px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
td p { margin: 0; }
td:first-child { white-space: nowrap; }
details summary { cursor: pointer; color: var(--ink-2); padding: 4px 0; width: max-content; }
details caption { display: none; }
@media (max-width: 1024px) {
  .op { grid-template-columns: minmax(0, 1fr); gap: 8px; }
}
@media (max-width: 767px) {
  .shell { grid-template-columns: minmax(0, 1fr); }
  nav { position: static; max-height: 240px; padding: 12px 24px; border-bottom: 1px solid var(--line); }
  main { border-left: 0; }
  .top, .intro, .lead, h2.group, .op { padding-inline: 16px; }
}
`;
