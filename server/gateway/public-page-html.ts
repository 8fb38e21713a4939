/** A public page as HTML: one file, no script, nothing from elsewhere; in the reader's language and colours, at any width. */
import { createHash } from 'node:crypto';
import type { PublicPage } from '../domain/public-page.ts';
import type { Locale, LocalText } from '../domain/text.ts';
import { escapeHtml } from './html.ts';

const STYLE = `
:root { --bg: oklch(0.982 0.003 250); --surface: oklch(1 0 0); --line: oklch(0.915 0.006 250); --line-2: oklch(0.64 0.015 250);
  --ink: oklch(0.22 0.018 255); --ink-2: oklch(0.42 0.02 255); --ink-3: oklch(0.52 0.02 255); --link: oklch(0.49 0.17 258); --ok: oklch(0.47 0.11 155); }
@media (prefers-color-scheme: dark) { :root { --bg: oklch(0.168 0.01 255); --surface: oklch(0.2 0.011 255); --line: oklch(0.272 0.013 255);
  --line-2: oklch(0.52 0.018 255); --ink: oklch(0.955 0.004 250); --ink-2: oklch(0.79 0.012 250); --ink-3: oklch(0.67 0.015 250);
  --link: oklch(0.76 0.11 252); --ok: oklch(0.8 0.12 157); } }
*, ::before, ::after { box-sizing: border-box; }
html { color-scheme: light dark; }
body { margin: 0; background: var(--bg); color: var(--ink);
  font: 14px/22px Inter, system-ui, -apple-system, 'Segoe UI', 'Noto Sans SC', 'PingFang SC', 'Microsoft YaHei', sans-serif; }
a { color: var(--link); text-decoration: none; display: inline-block; min-height: 24px; }
a:hover { text-decoration: underline; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 4px; }
header, main { max-width: 640px; margin: 0 auto; padding: 16px 20px; }
header { display: flex; justify-content: space-between; gap: 16px; color: var(--ink-2); }
header span { min-width: 0; overflow-wrap: anywhere; }
main { background: var(--surface); border: 1px solid var(--line); border-radius: 8px; padding: 24px 20px; }
h1 { margin: 0; font-size: 20px; line-height: 28px; font-weight: 600; }
.what { margin: 4px 0 0; color: var(--ink-3); font-size: 13px; line-height: 20px; }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 6px 24px; margin: 20px 0 0; }
dt { color: var(--ink-3); }
dd { margin: 0; overflow-wrap: anywhere; }
dl div { display: contents; }
dl div:first-child dd { font-weight: 600; }
time { font-variant-numeric: tabular-nums; }
ol { list-style: none; margin: 24px 0 0; padding: 0; }
li { position: relative; padding: 0 0 16px 24px; }
li:last-child { padding-bottom: 0; }
li::before { content: ''; position: absolute; left: 3px; top: 7px; width: 9px; height: 9px; border-radius: 9px; border: 2px solid var(--line-2); background: var(--surface); z-index: 1; }
li::after { content: ''; position: absolute; left: 7px; top: 12px; bottom: -8px; border-left: 1px solid var(--line-2); }
li:last-child::after { display: none; }
li:first-child::before { border-color: var(--ok); background: var(--ok); }
li:first-child .step { font-weight: 600; }
li .where, li time { display: block; color: var(--ink-2); font-size: 13px; line-height: 20px; }
li time { color: var(--ink-3); }
@media (max-width: 680px) { main { border-inline: 0; border-radius: 0; } }
`;

const hash = createHash('sha256').update(STYLE).digest('base64');
export const PUBLIC_PAGE_POLICY = `default-src 'none'; style-src 'sha256-${hash}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'`;

const WORDS = {
  nothing: { en: 'Nothing has happened yet.', zh: '暂无轨迹。' },
  history: { en: 'What happened, newest first', zh: '轨迹（最新在前）' },
  again: { en: 'Load the page again in a moment.', zh: '请稍后重新加载此页。' },
} as const satisfies Record<string, LocalText>;

interface Reader {
  readonly tenant: string;
  readonly locale: Locale;
}

export function renderPublicPage(
  page: PublicPage,
  { result, tenant, locale }: Reader & { readonly result: Readonly<Record<string, unknown>> },
): string {
  const word = (value: unknown): string => {
    const text = typeof value === 'string' || typeof value === 'number' ? String(value) : '';
    return escapeHtml(page.words[text]?.[locale] ?? text);
  };
  const facts = page.facts.flatMap(({ member, label, kind }) => {
    const shown = kind === 'moment' ? moment(result[member]) : word(result[member]);
    return shown === '' ? [] : [`<div><dt>${escapeHtml(label[locale])}</dt><dd>${shown}</dd></div>`];
  });
  const { rows, step, at, place } = page.path;
  const found = result[rows];
  const steps = (Array.isArray(found) ? (found as Readonly<Record<string, unknown>>[]) : []).toReversed().map((row) => {
    const where = place.map((member) => word(row[member])).find((text) => text !== '');
    return `<li><span class="step">${word(row[step])}</span>${where ? `<span class="where">${where}</span>` : ''}${moment(row[at])}</li>`;
  });
  const body = `${facts.length > 0 ? `<dl>${facts.join('')}</dl>` : ''}
${steps.length > 0 ? `<ol aria-label="${WORDS.history[locale]}">${steps.join('')}</ol>` : `<p>${WORDS.nothing[locale]}</p>`}`;
  return frame(page, { tenant, locale }, `<p class="what">${escapeHtml(page.what[locale])}</p>\n${body}`);
}

/** @param retry whether coming back helps */
export function renderProblem(
  page: PublicPage,
  { words, retry, ...reader }: Reader & { readonly words: LocalText; readonly retry: boolean },
): string {
  const { locale } = reader;
  return frame(
    page,
    reader,
    `<p role="alert">${escapeHtml(words[locale])}${retry ? ` ${WORDS.again[locale]}` : ''}</p>`,
  );
}

/** In the reader's zone it cannot be without a script: the zone is said. */
function moment(value: unknown): string {
  const at = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(at)) return '';
  const iso = new Date(at).toISOString();
  return `<time datetime="${iso}">${iso.slice(0, 16).replace('T', ' ')} UTC</time>`;
}

function frame(page: PublicPage, { tenant, locale }: Reader, body: string): string {
  const other = locale === 'en' ? { lang: 'zh', name: '中文' } : { lang: 'en', name: 'English' };
  const title = escapeHtml(page.title[locale]);
  return `<!doctype html>
<html lang="${locale === 'zh' ? 'zh-CN' : 'en'}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body>
<header><span>${escapeHtml(tenant)}</span><a href="?lang=${other.lang}" lang="${other.lang}" hreflang="${other.lang}">${other.name}</a></header>
<main>
<h1>${title}</h1>
${body}
</main>
</body>
</html>
`;
}
