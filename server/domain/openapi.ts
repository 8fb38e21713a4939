/** From a tenant's API description to an OpenAPI 3.1 document, in one language. Pure: the gateway serves it, the portal may show it. */
import type { ApiDescription, ApiFunction, ApiView } from './manifest.ts';
import { COMMON_RESPONSES, WORDS } from './openapi-words.ts';
import type { Locale, LocalText } from './text.ts';

type Json = { readonly [key: string]: unknown };

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
  return {
    openapi: '3.1.0',
    info: { title, version, description: say(WORDS.about(limits)) },
    servers: [{ url: baseUrl }],
    security: [{ key: [] }],
    tags: [
      { name: 'functions', description: say(WORDS.functions) },
      { name: 'views', description: say(WORDS.views) },
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

type Say = (text: LocalText) => string;

function functionOperation(fn: ApiFunction, api: ApiDescription, say: Say): Json {
  const idempotency = {
    name: 'Idempotency-Key',
    in: 'header',
    required: true,
    description: say(WORDS.idempotencyKey),
    schema: { type: 'string', pattern: '^[\\x21-\\x7e]{8,200}$' },
  };
  return {
    operationId: fn.name,
    tags: ['functions'],
    summary: say(fn.summary),
    description: say(fn.description),
    ...(fn.writes ? { parameters: [idempotency] } : {}),
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

/** The pack's codes, by status; they stand beside what every call may answer with the same status. */
function packResponses(fn: ApiFunction, api: ApiDescription, say: Say): Json {
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

function viewOperation(view: ApiView, say: Say): Json {
  const columns = Object.entries(view.columns);
  const parameter = (name: string, description: string, schema: Json) => ({ name, in: 'query', description, schema });
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
      parameter('limit', say(WORDS.limit), { type: 'integer', minimum: 1, maximum: 500, default: 50 }),
      parameter('after', say(WORDS.after), { type: 'string' }),
      ...columns
        .filter(([name]) => name !== 'limit' && name !== 'after')
        .map(([name, text]) => parameter(name, `${say(text)} · ${say(WORDS.filter)}`, { type: 'string' })),
    ],
    responses: {
      200: { description: say(WORDS.page), content: { 'application/json': { schema: page } } },
      ...common(['BadRequest', 'Unauthorized', 'Forbidden', 'TooManyRequests', 'Unavailable', 'Timeout']),
    },
  };
}

type CommonName = keyof typeof COMMON_RESPONSES;

function common(names: readonly CommonName[]): Json {
  return Object.fromEntries(
    names.map((name) => [COMMON_RESPONSES[name].status, { $ref: `#/components/responses/${name}` }]),
  );
}

function problemResponse(description: string): Json {
  return { description, content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } } };
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

function replayedHeader(say: Say): Json {
  return { description: say(WORDS.replayed), schema: { const: 'true' } };
}

/** Inside the document the dialect is the document's own. */
function withoutDialect(schema: Json): Json {
  const { $schema: _dialect, ...rest } = schema;
  return rest;
}
