import * as pulumi from '@pulumi/pulumi';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHarness, type Harness, type TestStack } from '../testing/harness.ts';
import { Role, Thing } from '../testing/sample-resources.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await createHarness();
});
afterAll(() => harness.close());

async function namesOf(stack: TestStack): Promise<string[]> {
  return (await harness.engine.resources(stack.name)).map((resource) => resource.name);
}

const pair = (size: number) => async () => {
  const first = new Thing('first', { size });
  new Thing('second', { of: first.made, size });
  new Thing('apart', { size });
};

test('a preview of destroy shows what would go, and nothing goes', async () => {
  const stack = harness.stack();
  await stack.up(pair(1));
  stack.calls();
  const before = await harness.stored(stack);
  const plan = await harness.engine.previewDestroy(stack.request);
  expect(plan).toMatchObject({ ok: true, counts: { delete: 4 } });
  expect(plan.resources.map(({ operation, name }) => `${operation} ${name}`).slice(0, 2)).toContain('delete second');
  expect(stack.calls()).toEqual([]);
  expect(await harness.stored(stack)).toEqual(before);
});

test('a preview of refresh shows drift property by property; a refresh records it, and the next run mends it', async () => {
  const stack = harness.stack();
  const program = async () => {
    new Role('role', { name: 'drifting' });
    new Thing('thing');
  };
  await stack.up(program);
  expect((await harness.engine.previewRefresh({ ...stack.request, expectNoChanges: true })).ok).toBe(true);
  await harness.database.query('DROP ROLE drifting');
  const before = await harness.stored(stack);
  const drift = await harness.engine.previewRefresh({ ...stack.request, expectNoChanges: true });
  expect(drift).toMatchObject({
    ok: false,
    errors: [{ message: 'no changes were expected, but there are: refresh role' }],
  });
  const row = drift.resources.find(({ name }) => name === 'role');
  expect(row?.changes).toContainEqual({ path: 'name', kind: 'delete', before: 'drifting' });
  expect(await harness.stored(stack)).toEqual(before);
  await stack.refresh();
  expect(await namesOf(stack)).not.toContain('role');
  expect((await stack.up(program)).counts).toMatchObject({ create: 1 });
  await stack.destroy();
});

test('a run that is to change nothing says what it would change', async () => {
  const stack = harness.stack();
  const expectNoChanges = true;
  await stack.up(pair(1));
  expect(await stack.preview(pair(1), { expectNoChanges })).toMatchObject({ ok: true });
  const result = await stack.preview(pair(2), { expectNoChanges });
  const message = expect.stringContaining('no changes were expected, but there are: update');
  expect(result.errors).toEqual([{ kind: 'engine', urn: null, message }]);
});

test('a run with targets touches them alone', async () => {
  const stack = harness.stack();
  await stack.up(pair(1));
  stack.calls();
  expect((await stack.preview(pair(2), { targets: ['*::apart'] })).counts).toEqual({ same: 3, update: 1 });
  expect(await stack.up(pair(2), { targets: ['*::apart'] })).toMatchObject({
    ok: true,
    counts: { same: 3, update: 1 },
  });
  expect(stack.calls()).toEqual(['update apart']);

  const wider = async () => {
    const third = new Thing('third');
    new Thing('fourth', { of: third.made });
    await pair(2)();
  };
  const refused = await stack.up(wider, { targets: ['*::fourth'] });
  expect(refused.errors).toEqual([
    { kind: 'resource', urn: expect.stringContaining('::fourth'), message: expect.stringContaining('is no target') },
  ]);
  expect((await stack.up(wider, { targets: ['*::third', '*::fourth'] })).counts).toMatchObject({ create: 2 });
  expect((await stack.up(wider)).counts).toEqual({ same: 4, update: 2 });
});

test('targets are not deleted while something that stays needs them', async () => {
  const stack = harness.stack();
  await stack.up(pair(1));
  stack.calls();
  const targets = ['*::first'];
  expect((await stack.destroy({ targets })).errors).toEqual([
    { kind: 'resource', urn: expect.stringContaining('::second'), message: expect.stringContaining('is no target') },
  ]);
  expect(stack.calls()).toEqual([]);
  expect((await stack.destroy({ targets, targetDependents: true })).counts).toEqual({ delete: 2 });
  expect(stack.calls()).toEqual(['delete second', 'delete first']);
  expect(await namesOf(stack)).toContain('apart');
  expect((await stack.up(pair(1))).counts).toEqual({ same: 2, create: 2 });
});

test('a stack leaves and enters again, with its secrets', async () => {
  const stack = harness.stack();
  const program = async () => {
    new Thing('keeper', { password: pulumi.secret('canary-password') });
    return { password: pulumi.secret('canary-password') };
  };
  await stack.up(program);
  const exported = await harness.engine.exportStack(stack.name);
  expect(exported).toMatchObject({ version: 3, deployment: { resources: expect.any(Array) } });
  expect(JSON.stringify(exported)).not.toContain('canary-password');
  if (!exported) throw new Error('nothing was exported');

  await stack.up(async () => {});
  expect(await namesOf(stack)).not.toContain('keeper');
  stack.calls();
  await harness.engine.importStack({ ...stack.name, fence: 1n, exported });
  expect(await stack.up(program)).toMatchObject({ counts: { same: 2 }, outputs: { password: 'canary-password' } });
  expect(stack.calls()).toEqual([]);
  expect(await harness.engine.exportStack({ project: 'demo', stack: 'nobody' })).toBeNull();
});

test("a deployment that is not sound, or another stack's, does not enter", async () => {
  const [stack, other] = [harness.stack(), harness.stack()];
  await stack.up(pair(1));
  const exported = await harness.engine.exportStack(stack.name);
  if (!exported) throw new Error('nothing was exported');
  const resources = (exported.deployment['resources'] as object[]).slice(1);
  const cut = { version: 3, deployment: { ...exported.deployment, resources } };
  await expect(harness.engine.importStack({ ...stack.name, fence: 1n, exported: cut })).rejects.toThrow(
    /is not before it/,
  );
  await expect(harness.engine.importStack({ ...other.name, fence: 1n, exported })).rejects.toThrow(/another stack/);
  expect((await stack.up(pair(1))).counts).toEqual({ same: 4 });
});

test('the history tells how each run ended and what it did', async () => {
  const stack = harness.stack();
  await stack.up(pair(1));
  await stack.up(pair(2), { fence: 2n });
  await stack.up(async () => void new Thing('bad', { fail: true }), { fence: 3n });
  const history = await harness.engine.history(stack.name);
  expect(history.map(({ operation, fence, ok }) => [operation, fence, ok])).toEqual([
    ['up', 3n, false],
    ['up', 2n, true],
    ['up', 1n, true],
  ]);
  expect(history[0]?.errors).toMatchObject([{ kind: 'resource', message: 'failed as asked' }]);
  expect(history[1]).toMatchObject({ counts: { same: 1, update: 3 } });
  const apart = history[1]?.resources.find(({ name }) => name === 'apart');
  expect(apart).toMatchObject({ operation: 'update', changes: [{ path: 'size', before: 1, after: 2 }] });
  expect(history[1]?.resources.map(({ operation }) => operation)).not.toContain('same');
  expect(await harness.engine.history(stack.name, 1)).toHaveLength(1);
  await stack.destroy({ fence: 3n });
  await harness.engine.removeStack({ ...stack.name, fence: 3n });
  expect(await harness.engine.history(stack.name)).toEqual([]);
});
