/** An operation of a standard in the OpenAPI document: at the tenant's address itself, with the media types and headers of the standard. */
import {
  CLOUDEVENTS_TYPES,
  type ApiBinding,
  type ApiStandard,
  type BoundBody,
  type BoundParameter,
} from './binding.ts';
import type { ApiDescription, ApiFunction } from './manifest.ts';
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
import { WORDS } from './openapi-words.ts';

interface Described {
  readonly standard: Pick<ApiStandard, 'name' | 'headers'>;
  readonly binding: ApiBinding;
  readonly api: ApiDescription;
  /** The tenant's address, without a slash at the end. */
  readonly url: string;
  readonly say: Say;
}

export function bindingOperation({ standard, binding, api, url, say }: Described): Json {
  const { body, response, calls, example } = binding;
  const fn = calls.kind === 'function' ? api.functions.find(({ name }) => name === calls.name) : undefined;
  const parameters = binding.parameters.map((parameter) => parameterOf(parameter, say));
  if (fn?.writes === true) parameters.push(idempotencyKey(say, binding.idempotency === 'header'));
  return {
    operationId: binding.name,
    tags: [standard.name],
    servers: [{ url }],
    summary: say(binding.summary),
    description: [say(binding.description), ...columnsOf(body, say)].join('\n\n'),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(body === null ? {} : { requestBody: requestBodyOf(body, binding, fn) }),
    responses: {
      [response.status]: {
        description: say(WORDS.answer),
        headers: answerHeaders(standard, binding, fn?.writes === true, say),
        content: Object.fromEntries(response.mediaTypes.map((type) => [type, { schema: {} }])),
      },
      ...common(['BadRequest', 'Unauthorized', 'Forbidden']),
      406: problemResponse(say(WORDS.notAcceptable)),
      ...(body === null ? {} : { ...common(['TooLarge']), 415: problemResponse(say(WORDS.otherType)) }),
      ...common(['TooManyRequests']),
      ...(fn?.writes === true ? common(['StorageFull']) : {}),
      ...common(['Unavailable', 'Timeout']),
      ...(fn ? packResponses(fn, api, say) : {}),
    },
    'x-example': example,
  };
}

function parameterOf({ in: place, name, as, pattern, fallback, about }: BoundParameter, say: Say): Json {
  const listed = as === 'list' && place === 'query';
  const plain = as === 'list' ? 'string' : as === 'text' ? 'string' : as;
  const schema = listed
    ? { type: 'array', items: { type: 'string' } }
    : {
        type: plain,
        ...(pattern === undefined ? {} : { pattern }),
        ...(fallback === undefined ? {} : { default: fallback }),
      };
  return {
    name,
    in: place,
    ...(place === 'path' ? { required: true } : {}),
    ...(listed ? { style: 'pipeDelimited', explode: false } : {}),
    description: say(about),
    schema,
  };
}

function requestBodyOf(body: BoundBody, { example, parameters }: ApiBinding, fn: ApiFunction | undefined): Json {
  return {
    required: true,
    content: Object.fromEntries(
      schemasOf(body, parameters, fn).map(({ type, schema, shown }) => [
        type,
        { schema, ...(shown ? { example: example.body } : {}) },
      ]),
    ),
  };
}

interface TypedSchema {
  readonly type: string;
  readonly schema: Json;
  /** Whether the binding's example is one of it. */
  readonly shown: boolean;
}

function schemasOf(body: BoundBody, parameters: ApiBinding['parameters'], fn: ApiFunction | undefined): TypedSchema[] {
  if (body.decoder === 'csv') return body.mediaTypes.map((type) => ({ type, schema: { type: 'string' }, shown: true }));
  if (body.decoder === 'cloudevents') {
    const [one, many] = CLOUDEVENTS_TYPES;
    return [
      { type: one, schema: EVENT, shown: true },
      { type: many, schema: { type: 'array', items: EVENT }, shown: false },
    ];
  }
  const whole = withoutDialect(fn?.body ?? {});
  const properties = (whole['properties'] ?? {}) as Json;
  const bound = parameters.map(({ to }) => to);
  const own = Object.fromEntries(Object.entries(properties).filter(([name]) => !bound.includes(name)));
  const schema = body.into === null ? { ...whole, properties: own } : ((properties[body.into] ?? {}) as Json);
  return body.mediaTypes.map((type) => ({ type, schema, shown: true }));
}

const EVENT = {
  type: 'object',
  required: ['specversion', 'id', 'source', 'type'],
  properties: {
    specversion: { const: '1.0' },
    id: { type: 'string', minLength: 1 },
    source: { type: 'string', format: 'uri-reference' },
    type: { type: 'string', minLength: 1 },
    subject: { type: 'string' },
    time: { type: 'string', format: 'date-time' },
    data: {},
  },
};

function columnsOf(body: BoundBody | null, say: Say): string[] {
  if (body?.decoder !== 'csv') return [];
  const lines = body.columns.map(
    ({ name, required, about }) => `\`${name}\` ${say(about)}${required ? '' : ` (${say(WORDS.optional)})`}`,
  );
  return [`${say(WORDS.columns)}: ${lines.join(' · ')}`];
}

function answerHeaders(standard: Described['standard'], { response }: ApiBinding, writes: boolean, say: Say): Json {
  const text = { schema: { type: 'string' } };
  const fixed = Object.entries(standard.headers).map(([name, value]) => [name, { schema: { const: value } }]);
  return {
    ...(Object.fromEntries(fixed) as Json),
    ...Object.fromEntries(Object.keys(response.headers).map((name) => [name, text])),
    ...(response.page === null ? {} : { Link: { description: say(WORDS.nextPage), ...text } }),
    ...(writes ? { 'Idempotency-Replayed': replayedHeader(say) } : {}),
  };
}
