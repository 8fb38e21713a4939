import type { Provider } from '@pulumi/pulumi/provider/index.js';
import * as pulumi from '@pulumi/pulumi';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ProviderPackage } from '../port.ts';
import { createHarness, type Harness, type TestStack } from '../testing/harness.ts';
import { SAMPLE_VERSION } from '../testing/sample-package.ts';
import { Thing } from '../testing/sample-resources.ts';
import { UNKNOWN, toSecret, type Props } from '../wire/values.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await createHarness();
});
afterAll(() => harness.close());

/** A package whose provider is good but for what is given. */
function packageWith(odd: Partial<Record<keyof Provider, unknown>>): ProviderPackage {
  const good: Provider = {
    create: async (_urn, inputs: Props) => ({ id: 'id', outs: inputs }),
    update: async (_id, _urn, _olds, news: Props) => ({ outs: news }),
  };
  return { name: 'sample', version: SAMPLE_VERSION, create: () => ({ ...good, ...odd }) as Provider };
}

const one = async () => {
  new Thing('one', { size: 1 });
};

async function storedOne(stack: TestStack): Promise<Record<string, unknown> | undefined> {
  const { resources } = (await harness.stored(stack)) as { resources?: Record<string, unknown>[] };
  return resources?.find(({ urn }) => String(urn).endsWith('::one'));
}

class InitFailed extends Error {
  readonly id = 'half';
  readonly properties = { size: 1, ready: false };
  readonly reasons = ['no pod is ready', 'no address'];
}

describe('an answer that it may not give is refused with the name of the resource', () => {
  const circular: Props = {};
  circular['self'] = circular;
  const answers: readonly [keyof Provider, string, unknown][] = [
    ['create', 'answered "create" with nothing', undefined],
    ['create', 'answered "create" with no object', 'id'],
    ['create', 'answered "create" with a resource without an id', { outs: {} }],
    ['create', 'answered "create" with a resource without an id', { id: 7, outs: {} }],
    ['create', 'answered "create" with properties that are no object', { id: 'x', outs: [1] }],
    ['create', 'answered "create" with an unknown value at a.b', { id: 'x', outs: { a: { b: UNKNOWN } } }],
    ['create', 'answered "create" with a bigint at big', { id: 'x', outs: { big: 1n } }],
    ['create', 'answered "create" with a value that holds itself', { id: 'x', outs: circular }],
    ['check', 'answered "check" with nothing', undefined],
    ['check', 'answered "check" with properties that are no object', { inputs: 'all' }],
  ];
  test.each(answers)('%s: %s', async (call, message, answer) => {
    const stack = harness.stack();
    const result = await stack.up(one, { packages: [packageWith({ [call]: async () => answer })] });
    expect(result.errors).toEqual([
      {
        kind: 'resource',
        urn: expect.stringContaining('::one'),
        message: expect.stringMatching(new RegExp(`^urn:pulumi:.*::one: the provider ${message}$`)),
      },
    ]);
    // What may have been made is not forgotten: a good provider is asked again.
    const mended = await stack.up(one, { packages: [packageWith({})] });
    expect(mended).toMatchObject({ ok: true, resumed: call === 'create' ? [{ operation: 'creating' }] : [] });
  });

  test('diff and read', async () => {
    const stack = harness.stack();
    await stack.up(one, { packages: [packageWith({})] });
    const diff = async () => ({ changes: true, replaces: 'size' });
    expect((await stack.up(one, { packages: [packageWith({ diff })] })).errors).toMatchObject([
      { message: expect.stringMatching(/::one: the provider answered "diff" with something else/) },
    ]);
    const read = async () => ({ id: 'id', props: { size: UNKNOWN } });
    expect((await stack.refresh({ packages: [packageWith({ read })] })).errors).toMatchObject([
      { message: expect.stringMatching(/::one: the provider answered "read" with an unknown value at size/) },
    ]);
    expect((await stack.up(one, { packages: [packageWith({})] })).counts).toEqual({ same: 2 });
  });
});

test.each([
  [
    'throws before it promises',
    (): never => {
      throw new Error('at once');
    },
    'at once',
  ],
  ['throws what is no error', async () => Promise.reject('words'), 'words'],
  ['throws nothing', async () => Promise.reject(undefined), 'undefined'],
])('a provider that %s fails its resource', async (_how, create, message) => {
  const result = await harness.stack().up(one, { packages: [packageWith({ create })] });
  expect(result.errors).toEqual([{ kind: 'resource', urn: expect.stringContaining('::one'), message }]);
});

describe('a resource that exists but did not come up', () => {
  test('is kept with the reasons, and mended by the next run', async () => {
    const stack = harness.stack();
    const create = async () => {
      throw new InitFailed('not ready');
    };
    const failed = await stack.up(one, { packages: [packageWith({ create })] });
    const message = expect.stringMatching(/::one exists but did not come up: no pod is ready; no address$/);
    expect(failed.errors).toEqual([{ kind: 'resource', urn: expect.stringContaining('::one'), message }]);
    expect(await storedOne(stack)).toMatchObject({
      id: 'half',
      outputs: { ready: false },
      initErrors: ['no pod is ready', 'no address'],
    });
    expect((await harness.stored(stack))['pending_operations']).toBeUndefined();

    const packages = [packageWith({})];
    expect((await stack.preview(one, { packages })).counts).toEqual({ same: 1, update: 1 });
    expect(await stack.up(one, { packages })).toMatchObject({ ok: true, counts: { same: 1, update: 1 }, resumed: [] });
    expect(await storedOne(stack)).not.toHaveProperty('initErrors');
    expect((await stack.up(one, { packages })).counts).toEqual({ same: 2 });
  });

  test('after an update too, and is deleted like any other', async () => {
    const stack = harness.stack();
    await stack.up(async () => void new Thing('one', { size: 0 }), { packages: [packageWith({})] });
    const update = async () => {
      throw new InitFailed('not ready');
    };
    expect((await stack.up(one, { packages: [packageWith({ update })] })).ok).toBe(false);
    expect(await storedOne(stack)).toMatchObject({
      inputs: { size: 1 },
      initErrors: ['no pod is ready', 'no address'],
    });
    expect(await stack.destroy({ packages: [packageWith({})] })).toMatchObject({ ok: true });
  });

  test('is learned of by a refresh', async () => {
    const stack = harness.stack();
    await stack.up(one, { packages: [packageWith({})] });
    const read = async () => {
      throw new InitFailed('not ready');
    };
    expect((await stack.refresh({ packages: [packageWith({ read })] })).ok).toBe(true);
    expect(await storedOne(stack)).toMatchObject({ initErrors: ['no pod is ready', 'no address'] });
    expect((await stack.up(one, { packages: [packageWith({})] })).counts).toEqual({ same: 1, update: 1 });
  });
});

test('what changed outside is told property by property, recorded by a refresh, and mended by the next run', async () => {
  const stack = harness.stack();
  const program = async () => {
    const spec = { size: 1, tags: ['a', 'b'], login: 'same' };
    new Thing('one', { spec, token: pulumi.secret('canary-token') });
  };
  await stack.up(program, { packages: [packageWith({})] });
  const drifted = {
    key: 'one',
    spec: { size: 2, tags: ['a'], login: 'same', added: true },
    token: toSecret('canary-other'),
  };
  const updates: Props[] = [];
  const packages = [
    packageWith({
      read: async (id: string) => ({ id, props: drifted, inputs: drifted }),
      update: async (_id: string, _urn: string, olds: Props, news: Props) => {
        updates.push(olds);
        return { outs: news };
      },
    }),
  ];
  const seen = await harness.engine.previewRefresh({ ...stack.request, packages });
  const row = seen.resources.find(({ name }) => name === 'one');
  const secret = { before: { secret: true }, after: { secret: true }, secret: true };
  expect(row?.changes.toSorted((left, right) => (left.path < right.path ? -1 : 1))).toEqual([
    { path: 'spec.added', kind: 'add', after: true },
    { path: 'spec.size', kind: 'update', before: 1, after: 2 },
    { path: 'spec.tags[1]', kind: 'delete', before: 'b' },
    { path: 'token', kind: 'update', ...secret },
  ]);
  expect(JSON.stringify([seen, stack.events])).not.toContain('canary-');
  expect((await storedOne(stack))?.['outputs']).toMatchObject({ spec: { size: 1 } });

  const refreshed = await stack.refresh({ packages });
  expect(refreshed).toMatchObject({ ok: true, counts: { refresh: 1 } });
  expect(stack.events).toContainEqual(
    expect.objectContaining({ kind: 'resource.done', name: 'one', operation: 'refresh', changes: row?.changes }),
  );
  expect((await storedOne(stack))?.['outputs']).toMatchObject({ spec: { size: 2, tags: ['a'] } });
  expect((await stack.up(program, { packages })).counts).toEqual({ same: 1, update: 1 });
  expect(updates).toMatchObject([{ spec: { size: 2 } }]);
  expect((await storedOne(stack))?.['outputs']).toMatchObject({ spec: { size: 1, tags: ['a', 'b'] } });
});

describe('a provider that hangs', () => {
  const never = () => new Promise<never>(() => {});
  test.each(['check', 'diff', 'create', 'update', 'delete', 'read'] as const)('in "%s"', async (call) => {
    const stack = harness.stack();
    const packages = [packageWith({ [call]: never })];
    const hasOne = call !== 'check' && call !== 'create';
    if (hasOne) await stack.up(async () => void new Thing('one', { size: 0 }), { packages: [packageWith({})] });
    const limit = { packages, callTimeoutMs: 50 };
    const late =
      call === 'delete'
        ? await stack.destroy(limit)
        : call === 'read'
          ? await stack.refresh(limit)
          : await stack.up(one, limit);
    const message = expect.stringMatching(
      new RegExp(`^${call} urn:pulumi:.*::one: the provider did not answer within 0.05 s$`),
    );
    expect(late.errors).toEqual([{ kind: 'resource', urn: expect.stringMatching(/::one$/), message }]);
    // Nobody knows how far it came, so what acts is asked for again; what only looks is not.
    const resumed = { create: ['creating'], update: ['updating'], delete: ['deleting'] } as Record<string, string[]>;
    const next = await stack.up(one, { packages: [packageWith({})] });
    expect(next).toMatchObject({ ok: true });
    expect(next.resumed.map(({ operation }) => operation)).toEqual(resumed[call] ?? []);
  });
});

test('outputs that an update changes reach what depends on them', async () => {
  const stack = harness.stack();
  let generation = 0;
  const outs = (inputs: Props) => ({ ...inputs, made: `generation ${(generation += 1)}` });
  const packages = [
    packageWith({
      create: async (_urn: string, inputs: Props) => ({ id: 'id', outs: outs(inputs) }),
      update: async (_id: string, _urn: string, _olds: Props, news: Props) => ({ outs: outs(news) }),
    }),
  ];
  const program = (size: number) => async () => {
    const first = new Thing('first', { size });
    new Thing('second', { of: first.made });
    return { made: first.made };
  };
  expect((await stack.up(program(1), { packages })).outputs).toEqual({ made: 'generation 1' });
  expect((await stack.up(program(1), { packages })).counts).toEqual({ same: 3 });
  const changed = await stack.up(program(2), { packages });
  expect(changed).toMatchObject({ counts: { same: 1, update: 2 }, outputs: { made: 'generation 3' } });
});

test('a provider that answers nothing to a cancelled run does not hold it for ever', async () => {
  const stack = harness.stack();
  const control = new AbortController();
  const create = () => {
    control.abort();
    return new Promise<never>(() => {});
  };
  const result = await stack.up(one, {
    packages: [packageWith({ create })],
    signal: control.signal,
    cancelGraceMs: 50,
  });
  expect(result).toMatchObject({ ok: false, errors: [{ kind: 'cancelled' }] });
  expect(await stack.up(one, { packages: [packageWith({})] })).toMatchObject({
    ok: true,
    resumed: [{ operation: 'creating' }],
  });
});
