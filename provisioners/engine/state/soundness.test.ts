import { expect, test } from 'vitest';
import type { ResourceState } from './deployment.ts';
import { findFlaws } from './soundness.ts';

const state = (urn: string, more: Partial<ResourceState> = {}): ResourceState => ({
  urn,
  type: 'a:b:C',
  custom: true,
  id: urn,
  inputs: {},
  outputs: {},
  ...more,
});

test('a deployment in order has no flaws, copies that are to be deleted included', () => {
  const resources = [state('p'), state('a', { parent: 'p' }), state('a', { delete: true, dependencies: ['p'] })];
  expect(findFlaws({ resources })).toEqual([]);
});

test('what is missing, out of order, double or without an id is told', () => {
  expect(findFlaws({ resources: [state('a', { dependencies: ['b'] }), state('b')] })).toHaveLength(1);
  expect(findFlaws({ resources: [state('a', { provider: 'x::id' })] })).toHaveLength(1);
  expect(findFlaws({ resources: [state('a', { propertyDependencies: { key: ['gone'] } })] })).toHaveLength(1);
  expect(findFlaws({ resources: [state('a'), state('a')] })).toEqual(['a is there twice']);
  expect(findFlaws({ resources: [{ ...state('a'), id: '' }] })).toEqual(['a has no id']);
});
