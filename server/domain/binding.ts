/**
 * Standards of an industry in a tenant's API: their own paths and media types, as data. Each binding says which function or view it calls,
 * how a request of the standard becomes that call, and what of the result is the answer. The gateway and the OpenAPI document read it;
 * neither knows a standard by name.
 */
import { z } from 'zod';
import { LocalText } from './text.ts';

const Member = z.string().regex(/^[@A-Za-z_][@A-Za-z0-9_:-]*$/);
/** `epcisBody.eventList`: members on the way into a document. */
const MemberPath = z.string().regex(/^[@A-Za-z_][@A-Za-z0-9_:-]*(\.[@A-Za-z0-9_:-]+)*$/);
const MediaType = z.string().regex(/^[a-z0-9.+-]+\/[a-z0-9.+-]+$/);
const HeaderName = z.string().regex(/^[A-Za-z][A-Za-z0-9-]*$/);
/** A path below a tenant's address, such as `events/{eventID}`; `v1`, `edge` and `page` are taken. */
const PathTemplate = z
  .string()
  .regex(/^(?!(?:v1|edge|page)(?:\/|$))(?:[a-zA-Z0-9._-]+|\{[A-Za-z]\w*\})(?:\/(?:[a-zA-Z0-9._-]+|\{[A-Za-z]\w*\}))*$/);

export const BoundParameter = z.strictObject({
  in: z.enum(['path', 'query', 'header']),
  name: z.string().min(1).max(60),
  /** Member of the function's body, or parameter of the view, that it becomes; null: it is checked, and goes nowhere. */
  to: Member.nullable(),
  /** `list`: values between bars. */
  as: z.enum(['text', 'integer', 'boolean', 'list']),
  /** What the text must look like, as a regular expression. A header that does not is not acceptable (406), a parameter not valid (400). */
  pattern: z.string().optional(),
  /** Taken when it is absent. */
  fallback: z.string().optional(),
  about: LocalText,
});
export type BoundParameter = z.infer<typeof BoundParameter>;

export const CsvColumn = z.strictObject({
  name: z.string().min(1).max(60),
  /** Where in the item its value goes; `[]` is the row's own element of a list: `data.lines[].sku`. */
  to: z.string().regex(/^[a-z]\w*(\.[a-zA-Z]\w*(\[\])?)*$/),
  as: z.enum(['text', 'integer', 'boolean']),
  required: z.boolean(),
  fallback: z.string().optional(),
  about: LocalText,
});
export type CsvColumn = z.infer<typeof CsvColumn>;

/**
 * Media types with the decoder that reads them. `into` is the member of the function's body that the outcome becomes; null: the body itself.
 * - `json`: JSON and JSON-LD.
 * - `cloudevents`: structured, batched and binary mode, always a list of events.
 * - `csv`: RFC 4180 with a header row. Rows that have all of `groupBy` in common are one item; items are `{rows, item}`, rows that cannot be read
 *   `{rows, flaw, raw}`. `constants` are members of every item.
 */
export const BoundBody = z.discriminatedUnion('decoder', [
  z.strictObject({ decoder: z.literal('json'), mediaTypes: z.array(MediaType).min(1), into: Member.nullable() }),
  z.strictObject({ decoder: z.literal('cloudevents'), into: Member }),
  z.strictObject({
    decoder: z.literal('csv'),
    mediaTypes: z.array(MediaType).min(1),
    into: Member,
    columns: z.array(CsvColumn).min(1),
    groupBy: z.array(z.string()).min(1),
    constants: z.record(z.string(), z.string()),
  }),
]);
export type BoundBody = z.infer<typeof BoundBody>;

export const BoundResponse = z.strictObject({
  status: z.int().min(200).max(299),
  /** The first is used unless the caller accepts only another. */
  mediaTypes: z.array(MediaType).min(1),
  /** Part of the result that is the body; null: all of it. */
  body: MemberPath.nullable(),
  /** Header → text in which `{base}` is the tenant's address and `{member.path}` a text of the result, escaped for an address. */
  headers: z.record(HeaderName, z.string()),
  /** Member of the result that is the token of the next page, and the parameter it comes back in. It leaves the body for `Link`. */
  page: z.strictObject({ token: Member, parameter: z.string() }).nullable(),
});
export type BoundResponse = z.infer<typeof BoundResponse>;

export const BoundExample = z.strictObject({
  /** As it is sent, after the tenant's address: `events?perPage=10`. */
  path: z.string(),
  headers: z.record(HeaderName, z.string()),
  /** A JSON value, or the text of what is not JSON; null for a request without a body. */
  body: z.unknown(),
});
export type BoundExample = z.infer<typeof BoundExample>;

export const ApiBinding = z.strictObject({
  /** Unique in the API. */
  name: z.string().regex(/^[a-z][a-z0-9_]*$/),
  summary: LocalText,
  description: LocalText,
  method: z.enum(['GET', 'POST']),
  path: PathTemplate,
  calls: z.strictObject({ kind: z.enum(['function', 'view']), name: z.string() }),
  parameters: z.array(BoundParameter),
  /** What may be sent; null: nothing. */
  body: BoundBody.nullable(),
  /** More items than this under `at` (of the function's body) are too many for one request. */
  itemsMax: z.strictObject({ at: MemberPath, max: z.int().positive() }).nullable(),
  /**
   * How a repeat is recognised. `header`: an Idempotency-Key is needed, as for any function that writes. `inherent`: what it carries names
   * itself, so that the function passes over what it knows; then the header is optional, and without it each request is one of its own.
   */
  idempotency: z.enum(['header', 'inherent']),
  response: BoundResponse,
  example: BoundExample,
});
export type ApiBinding = z.infer<typeof ApiBinding>;

export const ApiStandard = z.strictObject({
  code: z.string().regex(/^[a-z][a-z0-9-]*$/),
  name: z.string(),
  about: LocalText,
  /** Headers of every answer under its paths. */
  headers: z.record(HeaderName, z.string()),
  /** Further headers of the answer to OPTIONS. */
  discovery: z.record(HeaderName, z.string()),
  /** The standard's own `type` of a problem, by its code, else by its status. */
  problemTypes: z.record(z.string(), z.string()),
  bindings: z.array(ApiBinding).min(1),
});
export type ApiStandard = z.infer<typeof ApiStandard>;

/** What the choice of bindings needs of an API. */
export interface BoundApi {
  readonly standards?: readonly ApiStandard[] | undefined;
  readonly functions: readonly { readonly name: string }[];
  readonly views: readonly { readonly name: string }[];
}

/** Whether the function or view that a binding calls is there: a module may not be. */
export function isServed({ calls }: Pick<ApiBinding, 'calls'>, api: BoundApi): boolean {
  return (calls.kind === 'function' ? api.functions : api.views).some(({ name }) => name === calls.name);
}

export interface MatchedBinding {
  readonly standard: ApiStandard;
  readonly binding: ApiBinding;
  /** Values of the path, decoded. */
  readonly values: Readonly<Record<string, string>>;
}

/** Bindings of every method that a path is of; none when the address is nothing.
 * @param path below the tenant's address, without a query, as it was sent
 * @returns null when a value of the path is not properly escaped */
export function matchBindings(api: BoundApi, path: string): readonly MatchedBinding[] | null {
  const segments = path.split('/');
  const found: MatchedBinding[] = [];
  for (const standard of api.standards ?? []) {
    for (const binding of standard.bindings) {
      const captured = isServed(binding, api) ? capture(binding.path.split('/'), segments) : null;
      if (captured === null) continue;
      const values = decodeAll(captured);
      if (values === null) return null;
      found.push({ standard, binding, values });
    }
  }
  return found;
}

function capture(template: readonly string[], segments: readonly string[]): Record<string, string> | null {
  if (template.length !== segments.length) return null;
  const values: Record<string, string> = {};
  for (const [i, part] of template.entries()) {
    const segment = segments[i] ?? '';
    if (part.startsWith('{')) {
      if (segment === '') return null;
      values[part.slice(1, -1)] = segment;
    } else if (part !== segment) return null;
  }
  return values;
}

function decodeAll(values: Readonly<Record<string, string>>): Record<string, string> | null {
  try {
    return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, decodeURIComponent(value)]));
  } catch {
    return null;
  }
}

/** Media types that a body may have. */
export function mediaTypesOf(body: BoundBody): readonly string[] {
  return body.decoder === 'cloudevents' ? CLOUDEVENTS_TYPES : body.mediaTypes;
}
/** Of events in a body of their own; in binary mode the body is data, of any type. */
export const CLOUDEVENTS_TYPES = ['application/cloudevents+json', 'application/cloudevents-batch+json'] as const;
