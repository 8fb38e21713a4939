/** From a tenant's API description to an OpenAPI 3.1 document, in one language. Pure: the gateway serves it, the portal may show it. */
import { isServed } from './binding.ts';
import type { ApiDescription, ApiFunction, ApiView } from './manifest.ts';
import { bindingOperation } from './openapi-bindings.ts';
import {
  common,
  idempotencyKey,
  packResponses,
  problemResponse,
  replayedHeader,
  withoutDialect,
  type Json,
  type Say,
} from './openapi-parts.ts';
import { COMMON_RESPONSES, WORDS } from './openapi-words.ts';
import type { Locale, LocalText } from './text.ts';

export interface OpenApiInput {
  readonly title: string;
  /** Of the offering. */
  readonly version: string;
  /** `https://host/t/<ref>/v1`, without a slash at the end. */
  readonly baseUrl: string;
  readonly api: ApiDescription;
  readonly locale: Locale;
  readonly limits: { readonly rps: number; readonly burst: number; readonly bodyBytesMax: number };
}

export interface OpenApiDocument {
  readonly openapi: '3.1.0';
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly servers: readonly { readonly url: string }[];
  readonly security: readonly Json[];
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Json>>>>;
  readonly components: Json;
}

/** Describes one tenant's API. */
export function describeOpenApi(input: OpenApiInput): OpenApiDocument {
  const { title, version, baseUrl, api, locale, limits } = input;
  const say = (text: LocalText) => text[locale];
  const paths: Record<string, Record<string, Json>> = {};
  for (const fn of api.functions) paths[`/${fn.name}`] = { post: functionOperation(fn, api, say) };
  for (const view of api.views) {
    paths[`/${view.name}`] = { ...paths[`/${view.name}`], get: viewOperation(view, say) };
  }
  const standards = (api.standards ?? []).map((standard) => ({
    ...standard,
    bindings: standard.bindings.filter((binding) => isServed(binding, api)),
  }));
  for (const standard of standards) {
    for (const binding of standard.bindings) {
      const operation = bindingOperation({ standard, binding, api, url: baseUrl.replace(/\/v1$/, ''), say });
      paths[`/${binding.path}`] = { ...paths[`/${binding.path}`], [binding.method.toLowerCase()]: operation };
    }
  }
  return {
    openapi: '3.1.0',
    info: { title, version, description: say(WORDS.about(limits)) },
    servers: [{ url: baseUrl }],
    security: [{ key: [] }],
    tags: [
      { name: 'functions', description: say(WORDS.functions) },
      { name: 'views', description: say(WORDS.views) },
      ...standards
        .filter(({ bindings }) => bindings.length > 0)
        .map(({ name, about }) => ({ name, description: say(about) })),
    ],
    paths,
    components: {
      securitySchemes: { key: { type: 'http', scheme: 'bearer', description: say(WORDS.key) } },
      schemas: { Problem: problemSchema(say) },
      responses: Object.fromEntries(
        Object.entries(COMMON_RESPONSES).map(([name, { text }]) => [name, problemResponse(say(text))]),
      ),
    },
  };
}

function functionOperation(fn: ApiFunction, api: ApiDescription, say: Say): Json {
  return {
    operationId: fn.name,
    tags: ['functions'],
    summary: say(fn.summary),
    description: say(fn.description),
    ...(fn.writes ? { parameters: [idempotencyKey(say, true)] } : {}),
    requestBody: {
      required: true,
      content: { 'application/json': { schema: withoutDialect(fn.body), example: fn.example } },
    },
    responses: {
      [fn.status]: {
        description: say(WORDS.result),
        ...(fn.writes ? { headers: { 'Idempotency-Replayed': replayedHeader(say) } } : {}),
        content: { 'application/json': { schema: {} } },
      },
      ...common(['BadRequest', 'Unauthorized', 'Forbidden', 'TooLarge', 'ContentType', 'TooManyRequests']),
      ...(fn.writes ? common(['StorageFull']) : {}),
      ...common(['Unavailable', 'Timeout']),
      ...packResponses(fn, api, say),
    },
  };
}

const queryParameter = (name: string, description: string, schema: Json): Json => ({
  name,
  in: 'query',
  description,
  schema,
});

function viewOperation(view: ApiView, say: Say): Json {
  const columns = Object.entries(view.columns);
  const item = {
    type: 'object',
    required: columns.map(([name]) => name),
    properties: Object.fromEntries(columns.map(([name, text]) => [name, { description: say(text) }])),
  };
  const page = {
    type: 'object',
    required: ['items', 'next'],
    properties: {
      items: { type: 'array', items: item },
      next: { type: ['string', 'null'], description: say(WORDS.next) },
    },
  };
  return {
    operationId: `list_${view.name}`,
    tags: ['views'],
    summary: say(view.summary),
    parameters: [
      queryParameter('limit', say(WORDS.limit), { type: 'integer', minimum: 1, maximum: 500, default: 50 }),
      queryParameter('after', say(WORDS.after), { type: 'string' }),
      ...columns
        .filter(([name]) => name !== 'limit' && name !== 'after')
        .map(([name, text]) => queryParameter(name, `${say(text)} · ${say(WORDS.filter)}`, { type: 'string' })),
    ],
    responses: {
      200: { description: say(WORDS.page), content: { 'application/json': { schema: page } } },
      ...common(['BadRequest', 'Unauthorized', 'Forbidden', 'TooManyRequests', 'Unavailable', 'Timeout']),
    },
  };
}

function problemSchema(say: Say): Json {
  return {
    type: 'object',
    required: ['type', 'title', 'status', 'code', 'facts', 'requestId', 'changed'],
    properties: {
      type: { type: 'string', format: 'uri-reference' },
      title: { type: 'string', description: say(WORDS.problemTitle) },
      status: { type: 'integer' },
      code: { type: 'string', description: say(WORDS.problemCode) },
      facts: { type: 'object', description: say(WORDS.problemFacts) },
      requestId: { type: 'string' },
      changed: { const: false, description: say(WORDS.problemChanged) },
    },
  };
}
