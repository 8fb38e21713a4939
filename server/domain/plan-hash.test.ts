import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { planHash } from './plan-hash.ts';

const resource = (name: string, inputs: Record<string, unknown> = {}, operation = 'create') => ({
  urn: `urn:pulumi:t::p::local:Role::${name}`,
  operation,
  inputs,
});

test('is the same whatever the order of resources and keys', async () => {
  const resources = [resource('a', { x: 1, y: { p: 1, q: 2 } }), resource('b'), resource('c')];
  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray(resources, { minLength: 3 }), async (shuffled) => {
      const again = shuffled.map((row) => ({
        ...row,
        inputs: Object.fromEntries(Object.entries(row.inputs).toReversed()),
      }));
      expect(await planHash({ resources: again })).toBe(await planHash({ resources }));
    }),
  );
});

test('leaves out secrets, unknowns and times', async () => {
  const bare = await planHash({ resources: [resource('a', { limit: 5 })] });
  const inputs = { limit: 5, password: { secret: true }, host: { unknown: true }, at: new Date() };
  expect(await planHash({ resources: [resource('a', inputs)] })).toBe(bare);
});

test('changes with an input, an operation, a name, or a resource more', async () => {
  const hashes = await Promise.all(
    [
      [resource('a', { limit: 5 })],
      [resource('a', { limit: 6 })],
      [resource('a', { limit: 5 }, 'update')],
      [resource('b', { limit: 5 })],
      [resource('a', { limit: 5 }), resource('b')],
      [resource('a', { limit: 5, nested: { limit: 5 } })],
    ].map((resources) => planHash({ resources })),
  );
  expect(new Set(hashes).size).toBe(hashes.length);
});
