/** What every binding of a standard must satisfy: it calls what is there, its parameters arrive somewhere, and its example is a valid call. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { parse } from 'csv-parse/sync';
import { eventModeOf, eventOfHeaders } from '../../server/domain/bind-cloudevents.ts';
import { bindParameters } from '../../server/domain/bind-parameters.ts';
import { headerFlaw, itemsOfRows } from '../../server/domain/bind-rows.ts';
import {
  isServed,
  matchBindings,
  mediaTypesOf,
  type ApiBinding,
  type ApiStandard,
  type BoundBody,
} from '../../server/domain/binding.ts';
import type { ApiDescription } from '../../server/domain/manifest.ts';

type Members = Readonly<Record<string, unknown>>;

/** Problems of an API's standards, each in a sentence. */
export function bindingProblems(api: ApiDescription): readonly string[] {
  const { standards = [] } = api;
  const bindings = standards.flatMap((standard) => standard.bindings);
  const places = [
    ...bindings.map(({ method, path }) => `${method} ${path.replaceAll(/\{\w+\}/g, '{}')}`),
    // Their operations stand in one document with those of functions and views.
    ...api.functions.map(({ name }) => `POST ${name}`),
    ...api.views.map(({ name }) => `GET ${name}`),
  ];
  const names = [...bindings.map(({ name }) => name), ...api.functions.map(({ name }) => name)];
  return [
    ...repeated(names).map((name) => `operation ${name} is there twice`),
    ...repeated(places).map((place) => `${place} is there twice`),
    ...repeated(standards.map(({ code }) => code)).map((code) => `standard ${code} is there twice`),
    ...standards.flatMap((standard) =>
      standard.bindings.flatMap((binding) =>
        isServed(binding, api)
          ? [...formProblems(binding, api), ...exampleProblems(standard, binding, api)].map(
              (problem) => `binding ${binding.name}: ${problem}`,
            )
          : [`binding ${binding.name} calls ${binding.calls.name}, which is not in the API`],
      ),
    ),
  ];
}

function formProblems({ method, path, parameters, calls, body, response }: ApiBinding, api: ApiDescription): string[] {
  const placed = Array.from(path.matchAll(/\{(\w+)\}/g), ([, name]) => name);
  const ofPath = parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name);
  const fn = calls.kind === 'function' ? api.functions.find(({ name }) => name === calls.name) : undefined;
  const view = calls.kind === 'view' ? api.views.find(({ name }) => name === calls.name) : undefined;
  const taken = [...parameters.flatMap(({ to }) => to ?? []), ...(body?.into ? [body.into] : [])];
  const known = fn ? membersOf(fn.body) : new Set([...Object.keys(view?.columns ?? {}), 'limit', 'after']);
  return [
    ...placed.filter((name) => name === undefined || !ofPath.includes(name)).map((name) => `{${name}} is no parameter`),
    ...ofPath.filter((name) => !placed.includes(name)).map((name) => `${name} is not in the path`),
    ...repeated(parameters.map((parameter) => `${parameter.in} ${parameter.name}`)).map(
      (name) => `${name} is there twice`,
    ),
    ...taken.filter((name) => known !== null && !known.has(name)).map((name) => `${calls.name} takes no ${name}`),
    ...repeated(taken).map((name) => `${name} has two sources`),
    ...parameters
      .filter(({ pattern }) => !isPattern(pattern))
      .map(({ name }) => `the pattern of ${name} cannot be read`),
    ...(method === 'GET' && fn?.writes === true ? [`GET calls ${calls.name}, which writes`] : []),
    ...(method === 'GET' && body !== null ? ['GET takes a body'] : []),
    ...(view && method !== 'GET' ? ['a view is read with GET'] : []),
    ...(response.page !== null &&
    !parameters.some((parameter) => parameter.in === 'query' && parameter.name === response.page?.parameter)
      ? [`${response.page.parameter} is no parameter`]
      : []),
  ];
}

/** Members that a body may have; null when it may have any. */
function membersOf(schema: Members): ReadonlySet<string> | null {
  if (schema['additionalProperties'] !== false) return null;
  return new Set(Object.keys(schema['properties'] ?? {}));
}

function isPattern(pattern: string | undefined): boolean {
  try {
    return pattern === undefined || new RegExp(pattern) instanceof RegExp;
  } catch {
    return false;
  }
}

/** The example goes the way of a request, up to the function's own schema. */
function exampleProblems(standard: ApiStandard, binding: ApiBinding, api: ApiDescription): string[] {
  const { example, body } = binding;
  const [path = '', search = ''] = example.path.split('?');
  const match = matchBindings({ ...api, standards: [standard] }, path)?.find(
    (found) => found.binding.name === binding.name,
  );
  if (match === undefined) return [`the path of its example, ${path}, is not its own`];
  const headers = Object.fromEntries(
    Object.entries(example.headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const bound = bindParameters(binding, { path: match.values, query: new URLSearchParams(search), headers });
  if (!bound.ok) return [`its example: ${JSON.stringify(bound.fault.facts)}`];
  const fn = api.functions.find(({ name }) => name === binding.calls.name);
  if (binding.calls.kind === 'view' || fn === undefined) return [];
  const decoded = body === null ? { value: undefined } : decodeExample(body, headers, example.body);
  if ('flaw' in decoded) return [`its example: ${decoded.flaw}`];
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  formats.default(ajv);
  const validate = ajv.compile(fn.body);
  return validate(bodyOf(body, decoded.value, bound.members))
    ? []
    : [`its example: ${ajv.errorsText(validate.errors)}`];
}

function bodyOf(body: BoundBody | null, value: unknown, members: Members): unknown {
  if (body === null) return members;
  return body.into === null ? { ...(value as Members), ...members } : { ...members, [body.into]: value };
}

type Decoded = { readonly value: unknown } | { readonly flaw: string };

function decodeExample(body: BoundBody, headers: Readonly<Record<string, string>>, value: unknown): Decoded {
  const [mediaType = ''] = (headers['content-type'] ?? '').split(';');
  if (body.decoder === 'cloudevents') {
    const mode = eventModeOf({ mediaType, headers });
    if (mode === null) return { flaw: `${mediaType} carries no event` };
    return {
      value: mode === 'batched' ? value : [mode === 'binary' ? eventOfHeaders({ headers }, { json: value }) : value],
    };
  }
  if (!mediaTypesOf(body).includes(mediaType)) return { flaw: `${mediaType} is not taken` };
  if (body.decoder === 'json') return { value };
  const [header = [], ...rows] = parse(String(value));
  const flaw = headerFlaw(body, header);
  if (flaw !== null) return { flaw };
  const items = itemsOfRows(
    body,
    header,
    rows.map((fields, i) => ({ row: i + 2, fields })),
  );
  const bad = items.find((item) => 'flaw' in item);
  return bad !== undefined && 'flaw' in bad ? { flaw: bad.flaw } : { value: items };
}

const repeated = (names: readonly string[]): string[] => [
  ...new Set(names.filter((name, index) => names.indexOf(name) !== index)),
];
