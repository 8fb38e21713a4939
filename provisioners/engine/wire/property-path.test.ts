import { expect, test } from 'vitest';
import { getAt, isWithin, joinPath, parsePath, setAt } from './property-path.ts';
import { toSecret } from './values.ts';

test('paths are read in all their spellings', () => {
  expect(parsePath('a.b[0].c')).toEqual(['a', 'b', '0', 'c']);
  expect(parsePath('a["b"].*')).toEqual(['a', 'b', '*']);
  expect(joinPath(joinPath(joinPath('', 'a'), 0), 'b')).toBe('a[0].b');
});

test('a pattern covers its place and what lies below', () => {
  expect(isWithin(['a', 'b'], ['a'])).toBe(true);
  expect(isWithin(['a', 'b'], ['*', 'b'])).toBe(true);
  expect(isWithin(['a'], ['a', 'b'])).toBe(false);
});

test('values are read and set through lists and secrets, and the original stays', () => {
  const props = { list: [{ x: 1 }], hidden: toSecret({ y: 2 }) };
  expect(getAt(props, ['list', '0', 'x'])).toBe(1);
  expect(getAt(props, ['hidden', 'y'])).toBe(2);
  expect(getAt(props, ['list', '3', 'x'])).toBeUndefined();
  expect(setAt(props, ['list', '0', 'x'], 9)).toEqual({ list: [{ x: 9 }], hidden: props.hidden });
  expect(setAt(props, ['hidden', 'y'], undefined)).toEqual({ list: props.list, hidden: toSecret({}) });
  expect(setAt(props, ['nowhere', 'x'], 1)).toEqual(props);
  expect(props.list[0]?.x).toBe(1);
});
