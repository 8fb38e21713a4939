import { expect, test } from 'vitest';
import { BoundedMap } from './bounded-map.ts';

test('the entry used least recently goes first', () => {
  const gone: string[] = [];
  const map = new BoundedMap<string, number>(2, (_, key) => gone.push(key));
  map.set('a', 1);
  map.set('b', 2);
  map.get('a');
  map.set('c', 3);
  expect(gone).toEqual(['b']);
  expect([map.get('a'), map.get('b'), map.get('c'), map.size]).toEqual([1, undefined, 3, 2]);
  expect(map.take('a', () => 9)).toBe(1);
  expect(map.take('d', () => 4)).toBe(4);
  expect(gone).toEqual(['b', 'c']);
  expect(map.delete('a')).toBe(1);
  expect(map.size).toBe(1);
});
