import * as pulumi from '@pulumi/pulumi';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createEmbeddedEngine } from './engine.ts';
import { createHarness, type Harness } from '../testing/harness.ts';
import { createSamplePackage } from '../testing/sample-package.ts';
import { Password, Thing } from '../testing/sample-resources.ts';

const CANARY = /canary|hunter2|s3cr3t/;

let harness: Harness;
beforeAll(async () => {
  harness = await createHarness();
});
afterAll(() => harness.close());

test('reach outputs in plain text and the state, the events and the resources never', async () => {
  const stack = harness.stack();
  const program = (word: string) => async () => {
    const config = new pulumi.Config('app');
    const password = new Password('pw', { bytes: 40 });
    new Thing('user', {
      login: password.result,
      nested: { deep: [pulumi.secret(word)] },
      fromConfig: config.requireSecret('token'),
    });
    new Thing('marked', { note: word }, { additionalSecretOutputs: ['note'] });
    return { password: password.result, plain: 1, inside: { word: pulumi.secret(word) } };
  };
  const overrides = { config: { 'app:token': 's3cr3t' }, secretConfigKeys: ['app:token'] };
  await stack.up(program('hunter2'), overrides);
  const result = await stack.up(program('hunter2-new'), overrides);
  expect(result).toMatchObject({ ok: true, counts: { same: 2, update: 2 } });
  expect(result.outputs).toMatchObject({ plain: 1, inside: { word: 'hunter2-new' } });
  expect(result.outputs['password']).toMatch(/^canary-x+$/);
  expect(result.secretOutputs).toEqual(['inside', 'password']);

  const stored = await harness.stored(stack);
  const resources = stored['resources'] as { urn: string; inputs: Record<string, unknown> }[];
  const marked = resources.find((resource) => resource.urn.endsWith('::marked'));
  // `note` is an ordinary input of `marked`: only its output was asked to be secret.
  expect(marked?.inputs['note']).toBe('hunter2-new');
  expect(JSON.stringify({ ...stored, resources: resources.filter((resource) => resource !== marked) })).not.toMatch(
    CANARY,
  );
  const user = await harness.engine
    .resources(stack.name)
    .then((all) => all.find((resource) => resource.name === 'user'));
  expect(user?.inputs).toMatchObject({ login: { secret: true }, nested: { deep: [{ secret: true }] } });
  expect(user?.outputs).toMatchObject({ login: { secret: true }, fromConfig: { secret: true } });
  expect(JSON.stringify(stack.events.filter((event) => event.kind === 'log' || event.name !== 'marked'))).not.toMatch(
    CANARY,
  );
});

test('change in the plan without being shown', async () => {
  const stack = harness.stack();
  const program = (word: string) => async () => {
    new Thing('user', { login: pulumi.secret(word) });
  };
  await stack.up(program('hunter2'));
  const plan = await stack.preview(program('hunter2-new'));
  expect(plan.resources.find((row) => row.name === 'user')?.changes).toEqual([
    { path: 'login', kind: 'update', before: { secret: true }, after: { secret: true }, secret: true },
  ]);
});

test('are taken out of what a provider says', async () => {
  const stack = harness.stack();
  const result = await stack.up(async () => {
    new Thing('user', { failWith: pulumi.secret('hunter2') });
  });
  expect(result.errors).toMatchObject([{ kind: 'resource', message: 'refused [secret]' }]);
  expect(JSON.stringify(stack.events)).not.toMatch(CANARY);
});

test('open only with the passphrase of the installation', async () => {
  const stack = harness.stack();
  await stack.up(async () => ({ word: pulumi.secret('hunter2') }));
  const other = createEmbeddedEngine({ stateUrl: harness.database.url, passphrase: 'another' });
  const result = await other.destroy({ ...stack.name, fence: 2n, packages: [createSamplePackage()] });
  await other.close();
  expect(result).toMatchObject({ ok: false, errors: [{ kind: 'engine' }] });
  expect(await harness.engine.resources(stack.name)).toHaveLength(1);
});

test('share one salt in an installation', async () => {
  const [first, second] = [harness.stack(), harness.stack()];
  const program = async () => ({ word: pulumi.secret('hunter2') });
  await Promise.all([first.up(program), second.up(program)]);
  const salts = await Promise.all(
    [first, second].map(async (stack) => (await harness.stored(stack))['secrets_providers']),
  );
  expect(salts[0]).toEqual(salts[1]);
});
