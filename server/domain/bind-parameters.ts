/** From path, query and headers of a standard's request to members of the function's body. */
import type { ApiBinding, BoundParameter } from './binding.ts';

export type ParameterFault =
  | { readonly kind: 'query'; readonly facts: { readonly parameter: string; readonly why: string } }
  | { readonly kind: 'header'; readonly facts: { readonly header: string; readonly expected: string } };

export type BoundParameters =
  | { readonly ok: true; readonly members: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly fault: ParameterFault };

export interface ParameterSource {
  readonly path: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

const VALUE_LENGTH_MAX = 4_000;
const LIST_MAX = 200;

/** Nothing is passed over in silence: a parameter that the binding does not declare is a fault. */
export function bindParameters({ parameters }: Pick<ApiBinding, 'parameters'>, from: ParameterSource): BoundParameters {
  const seen = new Set<string>();
  for (const [name] of from.query) {
    const known = parameters.some((parameter) => parameter.in === 'query' && parameter.name === name);
    if (!known) return queryFault(name, 'unsupported');
    if (seen.has(name)) return queryFault(name, 'repeated');
    seen.add(name);
  }
  const members: Record<string, unknown> = {};
  for (const parameter of parameters) {
    const text = textOf(parameter, from) ?? parameter.fallback;
    if (text === undefined) continue;
    const value = readValue(parameter, text);
    if (value === undefined) {
      return parameter.in === 'header'
        ? { ok: false, fault: { kind: 'header', facts: { header: parameter.name, expected: expectation(parameter) } } }
        : queryFault(parameter.name, expectation(parameter));
    }
    if (parameter.to !== null) members[parameter.to] = value;
  }
  return { ok: true, members };
}

function textOf(parameter: BoundParameter, { path, query, headers }: ParameterSource): string | undefined {
  if (parameter.in === 'path') return path[parameter.name];
  if (parameter.in === 'query') return query.get(parameter.name) ?? undefined;
  const header = headers[parameter.name.toLowerCase()];
  return Array.isArray(header) ? header.join(', ') : header;
}

/** Undefined when the text is no such value. */
function readValue({ as, pattern }: BoundParameter, text: string): unknown {
  if (text.length > VALUE_LENGTH_MAX || text.includes('\0')) return undefined;
  if (pattern !== undefined && !new RegExp(pattern).test(text)) return undefined;
  switch (as) {
    case 'integer':
      return /^-?\d{1,9}$/.test(text) ? Number(text) : undefined;
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : undefined;
    case 'list': {
      const values = text.split('|');
      return values.length <= LIST_MAX && values.every((value) => value !== '') ? values : undefined;
    }
    default:
      return text;
  }
}

const EXPECTED = {
  text: 'a text',
  integer: 'a whole number',
  boolean: 'true or false',
  list: `1 to ${LIST_MAX} values with | between them`,
} as const;

const expectation = ({ as, pattern }: BoundParameter): string => pattern ?? EXPECTED[as];

const queryFault = (parameter: string, why: string): BoundParameters => ({
  ok: false,
  fault: { kind: 'query', facts: { parameter: parameter.slice(0, 60), why } },
});
