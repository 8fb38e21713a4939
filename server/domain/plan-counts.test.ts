import { expect, test } from 'vitest';
import { countPlan } from './plan-counts.ts';

test('counts what was ordered, not the stack that holds it', () => {
  const resources = [
    { type: 'pulumi:pulumi:Stack', operation: 'create' },
    { type: 'local:index:Role', operation: 'create' },
    { type: 'local:index:Route', operation: 'create' },
    { type: 'local:index:Pack', operation: 'update' },
  ];
  expect(countPlan(resources)).toEqual({ create: 2, update: 1 });
});
