import { describe, expect, test } from 'vitest';
import { isNameValid, problemOf } from './form-state.ts';

describe('values of parameters', () => {
  test('are judged by range, pattern, count and presence', () => {
    expect(problemOf({ type: 'integer', minimum: 1, maximum: 120 }, 15)).toBeNull();
    expect(problemOf({ type: 'integer', minimum: 1, maximum: 120 }, 121)).toEqual({ kind: 'range', min: 1, max: 120 });
    expect(problemOf({ type: 'integer', minimum: 1 }, null)).toEqual({ kind: 'empty' });
    expect(problemOf({ type: 'string', pattern: '^[A-Z]{1,4}$' }, 'abc')).toEqual({ kind: 'pattern' });
    expect(problemOf({ type: 'array', minItems: 1, maxItems: 5 }, [])).toEqual({ kind: 'count', min: 1, max: 5 });
    expect(problemOf({ type: 'array', minItems: 1 }, ['CNY'])).toBeNull();
  });

  test('names of tenants are lower-case letters, digits and hyphens', () => {
    expect(['shop1', 'a-b', 'outlet-cn'].map(isNameValid)).toEqual([true, true, true]);
    expect(['', 'S', '1shop', 'shop-', 'Shop', 'a'.repeat(41)].map(isNameValid)).toEqual([
      false,
      false,
      false,
      false,
      false,
      false,
    ]);
  });
});
