import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHarness, type Harness } from '../testing/harness.ts';
import { Password, Thing } from '../testing/sample-resources.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await createHarness();
});
afterAll(() => harness.close());

async function tableCounts() {
  return harness.database.query(
    'SELECT (SELECT count(*) FROM pulumi.pulumi_state) AS states, (SELECT count(*) FROM pulumi.stack_fence) AS fences',
  );
}

test('shows what would be made, touches nothing, and keeps unknown what cannot be known', async () => {
  const stack = harness.stack();
  let applied = false;
  const before = await tableCounts();
  const plan = await stack.preview(async () => {
    const password = new Password('pw', { bytes: 30 });
    password.result.apply(() => {
      applied = true;
    });
    new Thing('user', { login: password.result, size: 3 });
  });
  expect(plan).toMatchObject({ ok: true, counts: { create: 3 } });
  expect(plan.resources.map((row) => `${row.operation} ${row.name}`)).toEqual([
    'create demo-s1',
    'create pw',
    'create user',
  ]);
  expect(plan.resources[2]?.inputs).toMatchObject({ login: { unknown: true }, size: 3 });
  expect(applied).toBe(false);
  expect(stack.calls()).toEqual([]);
  expect(await tableCounts()).toEqual(before);
});

test('shows differences by path, replacements and deletions last', async () => {
  const stack = harness.stack();
  await stack.up(async () => {
    new Thing('gone');
    new Thing('changed', { spec: { size: 1, tags: ['x'] } });
    new Thing('moved', { key: 'here' });
  });
  stack.calls();
  const plan = await stack.preview(async () => {
    new Thing('changed', { spec: { size: 2, tags: ['x', 'y'] } });
    new Thing('moved', { key: 'there' });
  });
  expect(plan.counts).toEqual({ same: 1, update: 1, replace: 1, delete: 1 });
  expect(plan.resources.at(-1)).toMatchObject({ operation: 'delete', name: 'gone' });
  const changed = plan.resources.find((row) => row.name === 'changed');
  expect(changed?.changes).toEqual([
    { path: 'spec.size', kind: 'update', before: 1, after: 2 },
    { path: 'spec.tags[1]', kind: 'add', after: 'y' },
  ]);
  const moved = plan.resources.find((row) => row.name === 'moved');
  expect(moved?.changes).toEqual([{ path: 'key', kind: 'update', before: 'here', after: 'there', replaces: true }]);
  expect(stack.calls()).toEqual([]);
});

test('keeps known what the provider declares stable through an update', async () => {
  const stack = harness.stack();
  const program = (size: number) => async () => {
    const thing = new Thing('a', { size });
    new Thing('b', { of: thing.made });
  };
  await stack.up(program(1));
  expect((await stack.preview(program(2))).counts).toEqual({ same: 2, update: 1 });
});

test('reports what a provider refuses', async () => {
  const stack = harness.stack();
  const plan = await stack.preview(async () => {
    new Thing('bad', { key: 'forbidden' });
  });
  expect(plan.ok).toBe(false);
  expect(plan.errors).toMatchObject([{ kind: 'resource', message: 'key: it is forbidden' }]);
  expect(plan.errors[0]?.urn).toContain('::bad');
});
