/** A standard of no industry over the tiny pack, with one binding for each thing a binding can do; for tests. */
import type { ApiBinding, ApiStandard } from '../../domain/binding.ts';
import type { ApiDescription } from '../../domain/manifest.ts';
import { TEST_API } from './api.ts';

const both = (en: string, zh = en) => ({ en, zh });

const define = (name: string, over: Partial<ApiBinding> & Pick<ApiBinding, 'path' | 'calls'>): ApiBinding => ({
  name,
  summary: both(`Binding ${name}`, `绑定 ${name}`),
  description: both('What it binds.', '绑定内容。'),
  method: 'GET',
  parameters: [],
  body: null,
  itemsMax: null,
  idempotency: 'inherent',
  response: { status: 200, mediaTypes: ['application/json'], body: null, headers: {}, page: null },
  example: { path: over.path, headers: {}, body: null },
  ...over,
});

const json = { decoder: 'json', mediaTypes: ['application/json', 'application/ld+json'], into: null } as const;

export const SHELVES: ApiStandard = {
  code: 'shelves',
  name: 'Shelves 3',
  about: both('A standard for shelves', '货架标准'),
  headers: { 'Shelves-Version': '3' },
  discovery: { 'Shelves-Max': '10' },
  problemTypes: {
    query_invalid: 'shelves:BadQuery',
    '400': 'shelves:Bad',
    '401': 'shelves:Who',
    '404': 'shelves:Nothing',
  },
  bindings: [
    define('put_note', {
      method: 'POST',
      path: 'shelves/{shelf}/notes',
      calls: { kind: 'function', name: 'add_note' },
      parameters: [
        { in: 'path', name: 'shelf', to: 'shelf', as: 'text', about: both('Shelf') },
        { in: 'header', name: 'Note-Price', to: 'amountMinor', as: 'text', pattern: '^[0-9]+$', about: both('Price') },
      ],
      body: { ...json, mediaTypes: [...json.mediaTypes] },
      response: {
        status: 202,
        mediaTypes: ['application/ld+json', 'application/json'],
        body: 'exact',
        headers: { Location: '{base}/shelves/of/notes/{id}' },
        page: null,
      },
    }),
    define('put_once', {
      method: 'POST',
      path: 'once',
      calls: { kind: 'function', name: 'add_note' },
      body: { ...json, mediaTypes: ['application/json'] },
      idempotency: 'header',
    }),
    define('list_notes', {
      path: 'shelves/{shelf}/notes',
      calls: { kind: 'view', name: 'notes' },
      parameters: [
        { in: 'path', name: 'shelf', to: 'shelf', as: 'text', about: both('Shelf') },
        { in: 'query', name: 'perPage', to: 'limit', as: 'integer', fallback: '2', about: both('Rows') },
        { in: 'query', name: 'token', to: 'after', as: 'text', about: both('Next') },
      ],
      response: {
        status: 200,
        mediaTypes: ['application/json'],
        body: null,
        headers: {},
        page: { token: 'next', parameter: 'token' },
      },
    }),
    define('ask', {
      path: 'ask',
      calls: { kind: 'function', name: 'echo' },
      parameters: [
        { in: 'query', name: 'EQ_kind', to: 'kinds', as: 'list', about: both('Kinds') },
        { in: 'query', name: 'deep', to: 'deep', as: 'boolean', about: both('Deep') },
        { in: 'query', name: 'nextPageToken', to: 'token', as: 'text', fallback: 'start', about: both('Next') },
        { in: 'header', name: 'Shelves-Max', to: null, as: 'text', pattern: '^[3-9]$', about: both('Version') },
      ],
      response: {
        status: 200,
        mediaTypes: ['application/json'],
        body: null,
        headers: {},
        page: { token: 'requestId', parameter: 'nextPageToken' },
      },
    }),
    define('refuse', {
      method: 'POST',
      path: 'refuse',
      calls: { kind: 'function', name: 'fail' },
      body: { ...json, mediaTypes: ['application/json'] },
    }),
    define('events', {
      method: 'POST',
      path: 'events',
      calls: { kind: 'function', name: 'echo' },
      body: { decoder: 'cloudevents', into: 'events' },
      itemsMax: { at: 'events', max: 3 },
      response: { status: 200, mediaTypes: ['application/json'], body: 'body.events', headers: {}, page: null },
    }),
    define('table', {
      method: 'POST',
      path: 'table.csv',
      calls: { kind: 'function', name: 'echo' },
      body: {
        decoder: 'csv',
        mediaTypes: ['text/csv'],
        into: 'rows',
        columns: [
          { name: 'id', to: 'id', as: 'text', required: true, about: both('Id') },
          { name: 'at', to: 'at', as: 'text', required: false, fallback: 'today', about: both('When') },
          { name: 'qty', to: 'data.lines[].qty', as: 'integer', required: true, about: both('How many') },
        ],
        groupBy: ['id'],
        constants: { type: 'sale' },
      },
      itemsMax: { at: 'rows', max: 3 },
      response: { status: 200, mediaTypes: ['application/json'], body: 'body.rows', headers: {}, page: null },
    }),
    define('not_here', { path: 'not-here', calls: { kind: 'function', name: 'of_another_module' } }),
  ],
};

export const BOUND_API: ApiDescription = { ...TEST_API, standards: [SHELVES] };
