import { expect, test } from 'vitest';
import type { ApiDescription, Manifest } from '../../server/domain/manifest.ts';
import type { Picture, PictureInput } from '../../server/domain/picture.ts';
import { text } from './offering.ts';
import { pictureProblems } from './picture-conformance.ts';

const words = text('Words', '文字');

const view = (name: string, columns: readonly string[], module: string | null = null) => ({
  name,
  summary: words,
  key: [columns[0] ?? ''],
  columns: Object.fromEntries(columns.map((column) => [column, words])),
  module,
});

const fn = (name: string, writes: boolean) => ({
  name,
  summary: words,
  description: words,
  body: {},
  writes,
  status: 200 as const,
  errors: [],
  example: {},
  module: null,
});

const api: ApiDescription = {
  functions: [fn('measure', false), fn('post', true)],
  views: [view('steps', ['thing', 'step', 'at']), view('cold', ['thing', 'step'], 'cold-chain')],
  errors: {},
};

const common = { name: 'way', title: words, what: words, inputs: [], words: {}, module: null };
const path: Extract<Picture, { kind: 'path' }> = {
  ...common,
  kind: 'path',
  rows: { kind: 'view', name: 'steps', where: {} },
  step: 'step',
  at: 'at',
  place: null,
  note: null,
};
const series: Extract<Picture, { kind: 'series' }> = {
  ...common,
  kind: 'series',
  rows: { kind: 'function', name: 'measure', body: { metric: '{{metric}}' }, at: 'rows' },
  inputs: [{ name: 'metric', label: words, choices: null, optional: false, example: null }],
  x: { column: 'day', kind: 'time' },
  measures: [{ column: 'value', label: words }],
  by: null,
  figure: 'number',
  unit: '',
};
const states: Extract<Picture, { kind: 'states' }> = {
  ...common,
  kind: 'states',
  rows: { kind: 'view', name: 'steps', where: {} },
  machine: null,
  state: 'step',
  count: 'at',
};

const problems = (...pictures: Picture[]) =>
  pictureProblems({ api, modules: [], stateMachine: null, pictures } as unknown as Manifest);
const input = (change: Partial<PictureInput>): PictureInput => ({
  name: 'thing',
  label: words,
  choices: null,
  optional: false,
  example: null,
  ...change,
});

test('pictures that name what exists have no problems', () => {
  expect(problems(path, { ...series, name: 'other' })).toEqual([]);
});

test.each<[string, readonly Picture[], string]>([
  ['two of one name', [path, path], 'picture way is there twice'],
  [
    'an unknown view',
    [{ ...path, rows: { kind: 'view', name: 'ways', where: {} } }],
    'picture way reads ways, which is not in the API',
  ],
  ['an unknown column', [{ ...path, note: 'driver' }], 'picture way names driver, which steps does not have'],
  [
    'an unknown filter',
    [{ ...path, rows: { kind: 'view', name: 'steps', where: { kind: 'x' } } }],
    'picture way names kind, which steps does not have',
  ],
  [
    'an input that is no column',
    [{ ...path, inputs: [input({ name: 'token' })] }],
    'picture way names token, which steps does not have',
  ],
  [
    'a view of a module',
    [{ ...path, at: null, rows: { kind: 'view', name: 'cold', where: {} } }],
    'picture way reads cold, which module cold-chain brings',
  ],
  ['a module that is not sold', [{ ...path, module: 'magic' }], 'picture way is of a module magic, which is not sold'],
  [
    'choices of an unknown column',
    [{ ...path, inputs: [input({ choices: { view: 'steps', value: 'thing', label: 'name' } })] }],
    'picture way names name, which steps does not have',
  ],
  [
    'a function that writes',
    [{ ...series, rows: { ...series.rows, kind: 'function', name: 'post', body: { m: '{{metric}}' }, at: 'rows' } }],
    'picture way calls post, which writes',
  ],
  ['a body without its input', [{ ...series, inputs: [] }], 'picture way has no input metric'],
  [
    'two measures by value',
    [{ ...series, by: 'shop', measures: [...series.measures, ...series.measures] }],
    'picture way has a line per value and more than one measure',
  ],
  ['no machine', [states], 'picture way has no state machine'],
  [
    'a machine with a way to nowhere',
    [
      {
        ...states,
        machine: { states: [{ code: 'a', name: words, terminal: false }], transitions: [{ from: 'a', to: 'b' }] },
      },
    ],
    'picture way has a transition of an unknown state b',
  ],
])('%s is named', (_what, pictures, problem) => {
  expect(problems(...pictures)).toContain(problem);
});

test('without an API there is nothing to draw', () => {
  expect(pictureProblems({ api: null, pictures: [path] } as unknown as Manifest)).toEqual([
    'picture way has no API to read',
  ]);
});
