/** One function or view on the page: what it takes and answers at the left, a call to copy at the right. */
import { z } from 'zod';
import type { Locale } from '../domain/text.ts';
import { PAGE_WORDS } from './docs-words.ts';
import { escapeHtml, inline, prose } from './html.ts';
import { fieldsOf } from './schema-fields.ts';

export interface Operation {
  readonly id: string;
  readonly name: string;
  readonly method: string;
  readonly tag: string;
  readonly spec: Readonly<Record<string, unknown>>;
  readonly components: Readonly<Record<string, unknown>>;
}

const Loose = z.record(z.string(), z.unknown());
const Spec = z.object({
  summary: z.string().default(''),
  description: z.string().default(''),
  parameters: z.array(z.object({ name: z.string(), in: z.string(), description: z.string().default('') })).default([]),
  requestBody: z
    .object({ content: z.record(z.string(), z.object({ schema: Loose.default({}), example: z.unknown().optional() })) })
    .optional(),
  servers: z.array(z.object({ url: z.string() })).default([]),
  'x-example': z.object({ path: z.string(), headers: z.record(z.string(), z.string()), body: z.unknown() }).optional(),
  responses: z.record(z.string(), z.object({ $ref: z.string().optional(), description: z.string().optional() })),
});
type Example = NonNullable<z.infer<typeof Spec>['x-example']>;
const Components = z.object({ responses: z.record(z.string(), z.object({ description: z.string() })) });

export function renderOperation(operation: Operation, base: string, locale: Locale): string {
  const { id, name, method } = operation;
  const spec = Spec.parse(operation.spec);
  const words = PAGE_WORDS[locale];
  const example = spec['x-example'];
  const [first] = Object.values(spec.requestBody?.content ?? {});
  const body = spec.requestBody?.content['application/json'] ?? first;
  const call = example
    ? standardCurl(spec.servers[0]?.url ?? base, method, example)
    : curl(operation, base, body?.example);
  const parts = [
    `<p class="summary">${inline(spec.summary)}</p>`,
    prose(spec.description),
    body ? table(name, words.body, [words.field, words.type, words.meaning], fieldRows(body.schema, locale)) : '',
    parameterTable(name, spec.parameters, locale, example !== undefined),
    answersTable(name, spec.responses, operation.components, locale),
  ];
  return `<section class="op" id="${id}" aria-labelledby="${id}-title">
<div class="text">
<h3 id="${id}-title"><span class="verb">${method}</span> <code>/${escapeHtml(name)}</code></h3>
${parts.join('\n')}
</div>
<div class="code"><p class="meta">${words.example}</p><pre tabindex="0" aria-label="${words.example}"><code>${escapeHtml(call)}</code></pre></div>
</section>`;
}

function curl({ name, method, spec }: Operation, base: string, example: unknown): string {
  const key = "-H 'Authorization: Bearer ick_…'";
  if (method === 'GET') return `curl '${base}/${name}?limit=50' \\\n  ${key}`;
  const writes = Array.isArray(spec.parameters);
  const body = JSON.stringify(example ?? {}, null, 2).replaceAll('\n', '\n  ');
  const quoted = body.replaceAll("'", String.raw`'\''`);
  const lines = [
    `curl ${base}/${name}`,
    key,
    "-H 'Content-Type: application/json'",
    ...(writes ? ['-H "Idempotency-Key: $(uuidgen)"'] : []),
    `-d '${quoted}'`,
  ];
  return lines.join(' \\\n  ');
}

/** A call of a standard, with the headers and the body of its example. */
function standardCurl(url: string, method: string, { path, headers, body }: Example): string {
  const text = typeof body === 'string' ? body : JSON.stringify(body ?? null, null, 2).replaceAll('\n', '\n  ');
  const lines = [
    `curl '${url}/${path}'`,
    "-H 'Authorization: Bearer ick_…'",
    ...Object.entries(headers).map(([name, value]) => `-H '${name}: ${value}'`),
    ...(method === 'GET' ? [] : [`--data-binary '${text.replaceAll("'", String.raw`'\''`)}'`]),
  ];
  return lines.join(' \\\n  ');
}

function fieldRows(schema: Readonly<Record<string, unknown>>, locale: Locale): string[][] {
  const words = PAGE_WORDS[locale];
  return fieldsOf(schema).map(({ path, required, type, description }) => [
    `<code>${escapeHtml(path)}</code>`,
    `${escapeHtml(type)}${required ? '' : ` <span class="meta">${words.optional}</span>`}`,
    inline(description),
  ]);
}

/** Of a view what may stand in the query; of a standard everything that may be sent beside the body. */
function parameterTable(
  name: string,
  parameters: readonly { name: string; in: string; description: string }[],
  locale: Locale,
  ofStandard: boolean,
): string {
  const words = PAGE_WORDS[locale];
  const rows = parameters
    .filter((parameter) => ofStandard || parameter.in === 'query')
    .map((parameter) => [
      `<code>${escapeHtml(parameter.name)}</code>`,
      `${inline(parameter.description)}${ofStandard && parameter.in !== 'query' ? ` <span class="meta">${parameter.in}</span>` : ''}`,
    ]);
  return table(name, words.parameters, [words.field, words.meaning], rows);
}

function answersTable(
  name: string,
  responses: Readonly<Record<string, { $ref?: string | undefined; description?: string | undefined }>>,
  components: Readonly<Record<string, unknown>>,
  locale: Locale,
): string {
  const words = PAGE_WORDS[locale];
  const shared = Components.parse(components).responses;
  const rows = Object.entries(responses)
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([status, { $ref, description }]) => {
      const text = description ?? shared[$ref?.split('/').at(-1) ?? '']?.description ?? '';
      return [`<span class="num">${escapeHtml(status)}</span>`, prose(text)];
    });
  const body = table(name, words.answers, [words.status, words.meaning], rows);
  return `<details><summary>${words.answers} <span class="num">${rows.length}</span></summary>${body}</details>`;
}

/** A table that scrolls in its own box. A last column that says nothing is left out. */
function table(name: string, caption: string, heads: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  const width = rows.every((cells) => cells.at(-1) === '') ? heads.length - 1 : heads.length;
  const head = heads.slice(0, width).map((text) => `<th scope="col">${text}</th>`);
  const lines = rows.map(
    (cells) =>
      `<tr>${cells
        .slice(0, width)
        .map((cell) => `<td>${cell}</td>`)
        .join('')}</tr>`,
  );
  return `<div class="scroll" tabindex="0" role="region" aria-label="${escapeHtml(name)}: ${caption}"><table><caption>${caption}</caption><thead><tr>${head.join('')}</tr></thead><tbody>${lines.join('')}</tbody></table></div>`;
}
