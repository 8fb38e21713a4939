import { describe, expect, test } from 'vitest';
import type { ApiBinding, ApiStandard } from '../../server/domain/binding.ts';
import type { ApiDescription } from '../../server/domain/manifest.ts';
import { bindingProblems } from './binding-conformance.ts';

const both = (en: string) => ({ en, zh: en });

const POST: ApiBinding = {
  name: 'post_thing',
  summary: both('Post'),
  description: both('Post a thing'),
  method: 'POST',
  path: 'std/things/{kind}',
  calls: { kind: 'function', name: 'add' },
  parameters: [
    { in: 'path', name: 'kind', to: 'kind', as: 'text', about: both('Kind') },
    { in: 'header', name: 'Std-Version', to: null, as: 'text', pattern: '^1', about: both('Version') },
  ],
  body: { decoder: 'json', mediaTypes: ['application/ld+json'], into: 'thing' },
  itemsMax: null,
  idempotency: 'inherent',
  response: { status: 201, mediaTypes: ['application/json'], body: null, headers: {}, page: null },
  example: { path: 'std/things/box', headers: { 'Content-Type': 'application/ld+json' }, body: { size: 3 } },
};
const GET: ApiBinding = {
  ...POST,
  name: 'list_things',
  method: 'GET',
  path: 'std/things',
  calls: { kind: 'view', name: 'things' },
  parameters: [{ in: 'query', name: 'next', to: 'after', as: 'text', about: both('Next') }],
  body: null,
  response: { ...POST.response, status: 200, page: { token: 'next', parameter: 'next' } },
  example: { path: 'std/things', headers: {}, body: null },
};
const EVENTS: ApiBinding = {
  ...POST,
  name: 'events',
  path: 'std/events',
  parameters: [],
  body: { decoder: 'cloudevents', into: 'thing' },
  example: { path: 'std/events', headers: { 'Content-Type': 'application/cloudevents+json' }, body: { id: '1' } },
};
const TABLE: ApiBinding = {
  ...POST,
  name: 'table',
  path: 'std/table',
  parameters: [],
  body: {
    decoder: 'csv',
    mediaTypes: ['text/csv'],
    into: 'thing',
    columns: [{ name: 'size', to: 'size', as: 'integer', required: true, about: both('Size') }],
    groupBy: ['size'],
    constants: {},
  },
  example: { path: 'std/table', headers: { 'Content-Type': 'text/csv' }, body: 'size\n3\n' },
};

function apiWith(...bindings: ApiBinding[]): ApiDescription {
  const standard: ApiStandard = {
    code: 'std',
    name: 'Standard 1',
    about: both('A standard'),
    headers: {},
    discovery: {},
    problemTypes: {},
    bindings,
  };
  return {
    functions: [
      {
        name: 'add',
        summary: both('Add'),
        description: both('Add'),
        body: {
          type: 'object',
          properties: { kind: { type: 'string', minLength: 2 }, thing: { not: { type: 'string' } } },
          required: ['thing'],
          additionalProperties: false,
        },
        writes: true,
        status: 201,
        errors: [],
        example: { thing: {} },
        module: null,
      },
    ],
    views: [{ name: 'things', summary: both('Things'), key: ['id'], columns: { id: both('Id') }, module: null }],
    errors: {},
    standards: [standard],
  };
}

test('bindings that are sound have no problems', () => {
  expect(bindingProblems(apiWith(POST, GET, EVENTS, TABLE))).toEqual([]);
  expect(bindingProblems({ ...apiWith(POST), standards: [] })).toEqual([]);
});

describe('a problem is found', () => {
  const example = (over: Partial<ApiBinding['example']>) => ({ ...POST, example: { ...POST.example, ...over } });
  test.each<[string, ApiBinding | ApiBinding[], RegExp]>([
    ['a function that is not there', { ...POST, calls: { kind: 'function', name: 'gone' } }, /calls gone/],
    ['a path without its parameter', { ...POST, path: 'std/{other}/{kind}' }, /\{other\} is no parameter/],
    ['a parameter without its place', { ...POST, path: 'std/things' }, /kind is not in the path/],
    [
      'a member that the function does not take',
      { ...POST, body: { ...EVENTS.body!, into: 'colour' } },
      /takes no colour/,
    ],
    ['a pattern that is none', { ...GET, parameters: [{ ...GET.parameters[0]!, pattern: '(' }] }, /cannot be read/],
    ['reading that writes', { ...POST, method: 'GET', body: null }, /which writes/],
    ['a page that cannot be asked for', { ...GET, parameters: [] }, /next is no parameter/],
    ['two of one place', [GET, { ...GET, name: 'again' }], /GET std\/things is there twice/],
    ['two of one name', [POST, { ...GET, name: 'post_thing' }], /post_thing is there twice/],
    ['an example of another path', example({ path: 'std/elsewhere' }), /is not its own/],
    ['an example with an unknown parameter', example({ path: 'std/things/box?x=1' }), /unsupported/],
    [
      'an example in another version',
      example({ headers: { ...POST.example.headers, 'Std-Version': '2' } }),
      /Std-Version/,
    ],
    ['an example of another type', example({ headers: { 'Content-Type': 'text/plain' } }), /is not taken/],
    [
      'an example that the function refuses',
      example({ body: 'text', path: 'std/things/b' }),
      /its example: data\/kind/,
    ],
    [
      'a table that its columns refuse',
      { ...TABLE, example: { ...TABLE.example, body: 'size\nbig\n' } },
      /not a whole number/,
    ],
  ])('%s', (_what, bindings, problem) => {
    expect(bindingProblems(apiWith(...[bindings].flat())).join('\n')).toMatch(problem);
  });
});
