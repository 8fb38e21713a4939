/** Pieces that operations of functions, views and standards have in common. */
import type { ApiDescription, ApiFunction } from './manifest.ts';
import { COMMON_RESPONSES, WORDS } from './openapi-words.ts';
import type { LocalText } from './text.ts';

export type Json = { readonly [key: string]: unknown };
export type Say = (text: LocalText) => string;

export function idempotencyKey(say: Say, required: boolean): Json {
  return {
    name: 'Idempotency-Key',
    in: 'header',
    required,
    description: say(required ? WORDS.idempotencyKey : WORDS.idempotencyInherent),
    schema: { type: 'string', pattern: '^[\\x21-\\x7e]{8,200}$' },
  };
}

/** The pack's codes, by status; they stand beside what every call may answer with the same status. */
export function packResponses(fn: ApiFunction, api: ApiDescription, say: Say): Json {
  const byStatus = new Map<number, string[]>();
  for (const code of fn.errors) {
    const spec = Object.hasOwn(api.errors, code) ? api.errors[code] : undefined;
    if (spec) byStatus.set(spec.status, [...(byStatus.get(spec.status) ?? []), `\`${code}\` ${say(spec.title)}`]);
  }
  return Object.fromEntries(
    Array.from(byStatus, ([status, lines]) => {
      const shared = Object.values(COMMON_RESPONSES).find((response) => response.status === status);
      const all = shared ? [say(shared.text), ...lines] : lines;
      return [status, problemResponse(all.join('\n\n'))];
    }),
  );
}

type CommonName = keyof typeof COMMON_RESPONSES;

export function common(names: readonly CommonName[]): Json {
  return Object.fromEntries(
    names.map((name) => [COMMON_RESPONSES[name].status, { $ref: `#/components/responses/${name}` }]),
  );
}

export function problemResponse(description: string): Json {
  return { description, content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } } };
}

export function replayedHeader(say: Say): Json {
  return { description: say(WORDS.replayed), schema: { const: 'true' } };
}

/** Inside the document the dialect is the document's own. */
export function withoutDialect(schema: Json): Json {
  const { $schema: _dialect, ...rest } = schema;
  return rest;
}
