import { afterAll, beforeAll, expect, test } from 'vitest';
import { findFlaws } from '../state/soundness.ts';
import type { ResourceState } from '../state/deployment.ts';
import { createHarness, type Harness } from '../testing/harness.ts';
import { Thing, Unique } from '../testing/sample-resources.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await createHarness();
});
afterAll(() => harness.close());

const program = (key: string) => async () => {
  const first = new Thing('first', { key });
  const unique = new Unique('unique', { key });
  new Thing('needs', { of: first.made, key: unique.key });
  new Thing(`only-${key}`);
};

/** Run the change from `one` to `two`, cancelled at the nth step of a provider's call. @returns whether it came to that */
async function cancelAt(step: number): Promise<boolean> {
  const control = new AbortController();
  let steps = -1;
  const stack = harness.stack({
    onCall: async () => {
      if (steps >= 0 && (steps += 1) === step) control.abort();
    },
  });
  await stack.up(program('one'));
  steps = 0;
  const cancelled = await stack.up(program('two'), { signal: control.signal });
  const reached = steps;
  const { resources = [] } = (await harness.stored(stack)) as { resources?: ResourceState[] };
  expect(findFlaws({ resources })).toEqual([]);
  expect((await stack.up(program('two'))).ok).toBe(true);
  expect((await stack.up(program('two'))).counts).toEqual({ same: 5 });
  const names = (await harness.engine.resources(stack.name)).map(({ name }) => name);
  expect(names).toContain('only-two');
  expect(names).not.toContain('only-one');
  if (!cancelled.ok) expect(cancelled.errors).toMatchObject([{ kind: 'cancelled' }]);
  return reached >= step;
}

test('a run that is cancelled at any step leaves a sound state, from which the next run finishes', async () => {
  let step = 1;
  while (await cancelAt(step)) step += 1;
  expect(step).toBeGreaterThan(10);
});
