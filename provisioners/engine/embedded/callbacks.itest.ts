import * as pulumi from '@pulumi/pulumi';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createHarness, operations, type Harness } from '../testing/harness.ts';
import { Thing } from '../testing/sample-resources.ts';

describe.each(['inproc', 'grpc'] as const)('over %s', (transport) => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await createHarness(transport);
  });
  afterAll(() => harness.close());

  test('transforms change properties and options: its own, those of its parents, then those of the stack', async () => {
    const stack = harness.stack();
    const mark =
      (by: string): pulumi.ResourceTransform =>
      async ({ type, props, opts }) => {
        if (type !== 'sample:index:Thing') return undefined;
        return { props: { ...props, marks: `${(props['marks'] as string | undefined) ?? ''}${by}` }, opts };
      };
    class Group extends pulumi.ComponentResource {
      constructor(name: string) {
        super('demo:index:Group', name, {}, { transforms: [mark('parent')] });
        new Thing(
          'child',
          { password: pulumi.secret('canary-password') },
          { parent: this, transforms: [mark('own ')] },
        );
      }
    }
    const program = async () => {
      pulumi.runtime.registerResourceTransform(mark(' stack'));
      pulumi.runtime.registerResourceTransform(async ({ name, props, opts }) =>
        name === 'plain' ? { props, opts: pulumi.mergeOptions(opts, { protect: true }) } : undefined,
      );
      new Group('group');
      new Thing('plain');
    };
    expect(await stack.up(program)).toMatchObject({ ok: true });
    const resources = await harness.engine.resources(stack.name);
    const child = resources.find(({ name }) => name === 'child');
    expect(child?.inputs).toMatchObject({ marks: 'own parent stack', password: { secret: true } });
    expect(JSON.stringify(await harness.stored(stack))).not.toContain('canary-password');
    expect((await stack.destroy()).errors).toMatchObject([{ urn: expect.stringContaining('::plain') }]);
    expect((await stack.up(program)).counts).toEqual({ same: 4 });
  });

  test('transforms change function calls, and one that fails fails its resource in words', async () => {
    const stack = harness.stack();
    const result = await stack.up(async () => {
      pulumi.runtime.registerInvokeTransform(({ args, opts }) => ({ args: { ...args, text: 'changed' }, opts }));
      return { called: (await pulumi.runtime.invoke('sample:index:echo', { text: 'hi' })) as object };
    });
    expect(result).toMatchObject({ ok: true, outputs: { called: { echo: 'changed' } } });
    const failed = await stack.up(async () => {
      new Thing(
        'bad',
        {},
        {
          transforms: [
            () => {
              throw new Error('not like this');
            },
          ],
        },
      );
    });
    expect(failed.errors).toEqual([
      { kind: 'resource', urn: expect.stringContaining('::bad'), message: expect.stringContaining('not like this') },
    ]);
  });

  test('a destroy with the program makes nothing, and deletes nothing when the program fails', async () => {
    const stack = harness.stack();
    const own = async () => {
      const thing = new Thing('thing');
      return { made: thing.made };
    };
    await stack.up(own);
    stack.calls();
    const seen: string[] = [];
    const other = async () => {
      const thing = new Thing('thing');
      thing.made.apply((made) => seen.push(made));
      new Thing('never', { of: thing.made });
      const called = (await pulumi.runtime.invoke('sample:index:echo', { text: 'hi' })) as { echo: string };
      seen.push(called.echo);
    };
    const failing = async () => {
      new Thing('thing');
      throw new Error('not today');
    };
    expect((await stack.destroy({ runProgram: failing })).errors).toMatchObject([{ kind: 'program' }]);
    expect(stack.calls()).toEqual([]);
    expect(await stack.destroy({ runProgram: other })).toMatchObject({ errors: [], counts: { delete: 2 } });
    expect(stack.calls()).toEqual(['delete thing']);
    expect(seen.toSorted()).toEqual(['hi', 'made thing']);
    expect(await harness.engine.resources(stack.name)).toEqual([]);
  });

  test('hooks are called around each operation, and one that goes before can refuse it', async () => {
    const stack = harness.stack();
    const heard: string[] = [];
    const hear =
      (what: string) =>
      async ({ id }: pulumi.ResourceHookArgs) =>
        void heard.push(`${what} ${id}`);
    const program = (size: number | undefined) => async () => {
      const hooks: pulumi.ResourceHookBinding = {
        beforeCreate: [hear('before create')],
        afterCreate: [hear('after create')],
        beforeUpdate: [hear('before update')],
        afterUpdate: [hear('after update')],
        beforeDelete: [new pulumi.ResourceHook('before-delete', hear('before delete'))],
        afterDelete: [new pulumi.ResourceHook('after-delete', hear('after delete'))],
      };
      if (size !== undefined) new Thing('one', { size }, { hooks });
      const { beforeDelete = [], afterDelete = [] } = hooks;
      new Thing('keeper', {}, { hooks: { beforeDelete, afterDelete } });
    };
    await stack.preview(program(1));
    expect(heard).toEqual([]);
    expect((await stack.up(program(1))).ok).toBe(true);
    expect((await stack.up(program(2))).ok).toBe(true);
    // Nobody runs the program in a destroy, so its hooks are not there.
    const message = expect.stringMatching(/^the hook "before-delete" of .* it runs only while the program does/);
    expect((await stack.destroy()).errors).toMatchObject([{ message }, { message }]);
    expect(stack.calls()).not.toContain('delete one');
    expect(await stack.up(program(undefined))).toMatchObject({ errors: [], counts: { delete: 1 } });
    expect(heard).toEqual([
      'before create ',
      'after create Thing-one',
      'before update Thing-one',
      'after update Thing-one',
      'before delete Thing-one',
      'after delete Thing-one',
    ]);

    // A destroy that runs the program has its hooks.
    expect(await stack.destroy({ runProgram: program(undefined) })).toMatchObject({
      errors: [],
      counts: { delete: 2 },
    });
    expect(heard.slice(-2)).toEqual(['before delete Thing-keeper', 'after delete Thing-keeper']);

    const refused = await stack.up(async () => {
      const beforeCreate = [
        () => {
          throw new Error('not today');
        },
      ];
      new Thing('refused', {}, { hooks: { beforeCreate } });
    });
    expect(refused.errors).toMatchObject([
      { kind: 'resource', message: expect.stringMatching(/hook .* failed: not today$/) },
    ]);
    expect(operations(stack.events, 'resource.failed')).toContain('create refused');
    expect(stack.calls()).not.toContain('create refused');
  });
});
