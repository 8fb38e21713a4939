import { describe, expect, test } from 'vitest';
import { eventModeOf, eventOfHeaders } from './bind-cloudevents.ts';
import { ApiBinding, matchBindings, type ApiStandard } from './binding.ts';

const both = { en: 'Words', zh: '文字' };
const binding = (name: string, path: string, calls: ApiBinding['calls']): ApiBinding => ({
  name,
  summary: both,
  description: both,
  method: 'GET',
  path,
  calls,
  parameters: [],
  body: null,
  itemsMax: null,
  idempotency: 'inherent',
  response: { status: 200, mediaTypes: ['application/json'], body: null, headers: {}, page: null },
  example: { path, headers: {}, body: null },
});
const standard: ApiStandard = {
  code: 'std',
  name: 'Standard',
  about: both,
  headers: {},
  discovery: {},
  problemTypes: {},
  bindings: [
    binding('all', 'std/things', { kind: 'view', name: 'things' }),
    binding('one', 'std/things/{id}', { kind: 'function', name: 'read' }),
    binding('within', 'std/things/{id}/parts/{part}', { kind: 'function', name: 'read' }),
    binding('elsewhere', 'std/of-a-module', { kind: 'function', name: 'of_a_module' }),
  ],
};
const api = { standards: [standard], functions: [{ name: 'read' }], views: [{ name: 'things' }] };

describe('a path', () => {
  test.each<[string, string[], Record<string, string>]>([
    ['std/things', ['all'], {}],
    ['std/things/a', ['one'], { id: 'a' }],
    ['std/things/https%3A%2F%2Fid.gs1.org%2F00%2F1%3Fx', ['one'], { id: 'https://id.gs1.org/00/1?x' }],
    ['std/things/urn:x:1/parts/%E4%B8%AD', ['within'], { id: 'urn:x:1', part: '中' }],
    ['std/things/', [], {}],
    ['std//things', [], {}],
    ['STD/things', [], {}],
    ['std/things/a/parts', [], {}],
    ['std/of-a-module', [], {}],
  ])('%s is of %j', (path, names, values) => {
    const matches = matchBindings(api, path) ?? [];
    expect(matches.map((match) => match.binding.name)).toEqual(names);
    expect(matches[0]?.values ?? {}).toEqual(values);
  });

  test('with a value that is no UTF-8 is none at all', () => {
    expect(matchBindings(api, 'std/things/%FF')).toBeNull();
  });

  test.each(['v1', 'v1/x', 'edge', 'edge/x', 'page/x', '/x', 'x/', 'x//y', 'x y', '{}', 'x?y'])(
    '%j cannot be declared',
    (path) => {
      expect(ApiBinding.safeParse({ ...binding('x', 'x', { kind: 'view', name: 'x' }), path }).success).toBe(false);
    },
  );
});

describe('an event', () => {
  test.each([
    ['application/cloudevents+json', {}, 'structured'],
    ['application/cloudevents-batch+json', {}, 'batched'],
    ['application/json', { 'ce-specversion': '1.0' }, 'binary'],
    ['application/json', {}, null],
    ['application/cloudevents+avro', {}, null],
  ])('%s with %j is %s', (mediaType, headers, mode) => {
    expect(eventModeOf({ mediaType, headers })).toBe(mode);
  });

  test('in headers is unescaped; what is badly escaped stays', () => {
    const headers = {
      'ce-id': '"a \\"b\\""',
      'ce-subject': '%E4%B8%AD',
      'ce-bad': '%E4',
      'x-other': '1',
      'content-type': 'text/plain',
    };
    expect(eventOfHeaders({ headers }, { text: 'hello' })).toEqual({
      id: 'a "b"',
      subject: '中',
      bad: '%E4',
      datacontenttype: 'text/plain',
      data: 'hello',
    });
    expect(eventOfHeaders({ headers: { 'ce-id': '1', 'content-type': 'text/plain' } }, null)).toEqual({ id: '1' });
  });
});
