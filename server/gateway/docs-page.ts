/** The page to read a tenant's API: made from its OpenAPI document, one file, no script, nothing from elsewhere. */
import { createHash } from 'node:crypto';
import type { OpenApiDocument } from '../domain/openapi.ts';
import type { Locale } from '../domain/text.ts';
import { PAGE_WORDS } from './docs-words.ts';
import { PAGE_STYLE } from './docs-style.ts';
import { escapeHtml, prose } from './html.ts';
import { renderOperation, type Operation } from './docs-operation.ts';

export interface PageFacts {
  readonly ref: string;
  readonly offering: string;
  readonly modules: readonly string[];
  readonly locale: Locale;
}

const STYLE_HASH = createHash('sha256').update(PAGE_STYLE).digest('base64');
/** The one style sheet, by its hash; nothing else is loaded, framed, posted or run. */
export const PAGE_POLICY = `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'`;

/** The two kinds that are there in every API; others are standards, by their own names. */
const TITLES: Readonly<Record<string, Readonly<Record<Locale, string>>>> = {
  functions: { en: PAGE_WORDS.en.functions, zh: PAGE_WORDS.zh.functions },
  views: { en: PAGE_WORDS.en.views, zh: PAGE_WORDS.zh.views },
};

export function renderPage(document: OpenApiDocument, facts: PageFacts): string {
  const { locale, ref } = facts;
  const words = PAGE_WORDS[locale];
  const base = document.servers[0]?.url ?? '';
  const operations = operationsOf(document);
  const groups = document.tags.map(({ name, description }) => ({
    title: TITLES[name]?.[locale] ?? escapeHtml(name),
    lead: description,
    list: operations.filter(({ tag }) => tag === name),
  }));
  const other = locale === 'en' ? { lang: 'zh', name: '中文' } : { lang: 'en', name: 'English' };
  const title = `${document.info.title} · API`;
  return `<!doctype html>
<html lang="${locale === 'zh' ? 'zh-CN' : 'en'}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${escapeHtml(title)}</title>
<style>${PAGE_STYLE}</style>
</head>
<body>
<a class="skip" href="#content">${words.skip}</a>
<header class="top">
  <strong>${escapeHtml(document.info.title)}</strong>
  <code>${escapeHtml(ref)}</code>
  <span class="meta">${escapeHtml(facts.offering)} ${escapeHtml(document.info.version)}</span>
  <span class="space"></span>
  <a href="/t/${ref}/v1/openapi.json?lang=${locale}">openapi.json</a>
  <a href="/t/${ref}/v1?lang=${other.lang}" lang="${other.lang}" hreflang="${other.lang}">${other.name}</a>
</header>
<div class="shell">
<nav aria-label="${words.contents}">
${groups.map((group) => navGroup(group.title, group.list)).join('\n')}
</nav>
<main id="content">
<section class="intro">
  <h1>${words.title}</h1>
  ${prose(document.info.description)}
  <dl class="facts">
    <dt>${words.base}</dt><dd><code>${escapeHtml(base)}</code></dd>
    <dt>${words.signIn}</dt><dd><code>Authorization: Bearer ick_…</code></dd>
    <dt>${words.modules}</dt><dd>${facts.modules.length > 0 ? escapeHtml(facts.modules.join(', ')) : words.coreOnly}</dd>
  </dl>
  ${prose(words.retry)}
</section>
${groups.map(({ title: heading, lead, list }) => renderGroup(heading, lead, list, base, locale)).join('\n')}
</main>
</div>
</body>
</html>
`;
}

function navGroup(title: string, list: readonly Operation[]): string {
  const items = list.map(({ name, id }) => `<li><a href="#${id}">${escapeHtml(name)}</a></li>`);
  return `<h2>${title} <span class="num">${list.length}</span></h2>\n<ul>${items.join('')}</ul>`;
}

function renderGroup(title: string, lead: string, list: readonly Operation[], base: string, locale: Locale): string {
  if (list.length === 0) return '';
  const sections = list.map((operation) => renderOperation(operation, base, locale));
  return `<h2 class="group">${title}</h2>\n<div class="lead">${prose(lead)}</div>\n${sections.join('\n')}`;
}

function operationsOf(document: OpenApiDocument): Operation[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, spec]) => ({
      id: `${method}-${path.slice(1).replaceAll(/[^\w-]+/g, '-')}${'servers' in spec ? '-at' : ''}`,
      name: path.slice(1),
      method: method.toUpperCase(),
      tag: Array.isArray(spec['tags']) ? String(spec['tags'][0]) : '',
      spec,
      components: document.components,
    })),
  );
}
