import { expect, test } from 'vitest';
import type { Picture, PictureInput } from '../../domain/picture.ts';
import { bodyOf, choicesAmong, filtersOf, rowsAt, valueOf } from './picture-call.ts';

const words = { en: 'Words', zh: '文字' };
const input = (optional: boolean): PictureInput => ({
  name: 'metric',
  label: words,
  choices: null,
  optional,
  example: null,
});

test('an input takes what is given, else its first choice unless it may be empty', () => {
  const choices = [
    { value: 'revenue', label: null },
    { value: 'orders', label: null },
  ];
  expect(valueOf(input(false), { metric: ' orders ' }, choices)).toBe('orders');
  expect(valueOf(input(false), {}, choices)).toBe('revenue');
  expect(valueOf(input(true), { metric: ' ' }, choices)).toBeNull();
  expect(valueOf(input(false), {}, null)).toBeNull();
});

test('choices are the distinct values of a column, in order, with their words', () => {
  const rows = [
    { code: 'b', name: 'Bee' },
    { code: 'a', name: null },
    { code: 'b', name: 'Other' },
    { code: null, name: 'None' },
    { code: 7, name: 'Seven' },
  ];
  expect(choicesAmong(rows, 'code', 'name')).toEqual([
    { value: 'b', label: { en: 'Bee', zh: 'Bee' } },
    { value: 'a', label: null },
    { value: '7', label: { en: 'Seven', zh: 'Seven' } },
  ]);
});

test('filters are the picture’s own and what was chosen', () => {
  const picture = { rows: { kind: 'view', name: 'steps', where: { kind: 'public' } } } as unknown as Picture;
  expect(filtersOf(picture, new Map([['token', 'x1']]))).toEqual({ kind: 'public', token: 'x1' });
});

test('a body is filled in; a field without a value is left out, a list keeps what has one', () => {
  const body = {
    metric: '{{metric}}',
    by: ['{{one}}', '{{two}}'],
    note: 'of {{metric}}',
    filter: { region: '{{region}}' },
    limit: 5,
  };
  const values = new Map([
    ['metric', 'revenue'],
    ['two', 'day'],
  ]);
  expect(bodyOf(body, values)).toEqual({ metric: 'revenue', by: ['day'], note: 'of revenue', filter: {}, limit: 5 });
});

test('rows stand at a path of the answer, or nowhere', () => {
  expect(rowsAt({ result: { rows: [{ a: 1 }, 2, null] } }, 'result.rows')).toEqual([{ a: 1 }]);
  expect(rowsAt([{ a: 1 }], '')).toEqual([{ a: 1 }]);
  expect(rowsAt({ result: 'x' }, 'result.rows')).toEqual([]);
  expect(rowsAt('plain text', 'items')).toEqual([]);
});
