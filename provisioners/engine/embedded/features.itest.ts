import * as pulumi from '@pulumi/pulumi';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PulumiProgram } from '../port.ts';
import { createHarness, type Harness } from '../testing/harness.ts';
import { SAMPLE_VERSION } from '../testing/sample-package.ts';
import { Role, SampleProviderResource, Thing, Unique } from '../testing/sample-resources.ts';

class Pair extends pulumi.ComponentResource {
  readonly made: pulumi.Output<string>;

  constructor(type: string, name: string, options?: pulumi.ComponentResourceOptions) {
    super(type, name, {}, options);
    this.made = new Thing('child', {}, { parent: this }).made;
    this.registerOutputs({ made: this.made });
  }
}

/** A provider that nobody has registered. */
function refer(reference: string): pulumi.ProviderResource {
  const at = reference.lastIndexOf('::');
  const found = { urn: pulumi.output(reference.slice(0, at)), id: pulumi.output(reference.slice(at + 2)) };
  return found as unknown as pulumi.ProviderResource;
}

describe.each(['inproc', 'grpc'] as const)('over %s', (transport) => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await createHarness(transport);
  });
  afterAll(() => harness.close());

  test('components group resources and have outputs', async () => {
    const stack = harness.stack();
    await stack.up(async () => ({ made: new Pair('demo:index:Pair', 'pair').made }));
    const resources = await harness.engine.resources(stack.name);
    const pair = resources.find((resource) => resource.name === 'pair');
    expect(pair).toMatchObject({ custom: false, outputs: { made: 'made child' } });
    expect(resources.find((resource) => resource.name === 'child')?.parent).toBe(pair?.urn);
  });

  test('aliases keep a renamed resource, and those of a parent keep its children', async () => {
    const stack = harness.stack();
    await stack.up(async () => {
      new Thing('old', { key: 'k' });
      new Pair('demo:index:Pair', 'pair');
    });
    stack.calls();
    const result = await stack.up(async () => {
      new Thing('new', { key: 'k' }, { aliases: [{ name: 'old' }] });
      new Pair('demo:index:Couple', 'couple', { aliases: [{ type: 'demo:index:Pair', name: 'pair' }] });
    });
    expect(result).toMatchObject({ ok: true, counts: { same: 4 } });
    expect(stack.calls()).toEqual([]);
    expect((await harness.engine.resources(stack.name)).map((resource) => resource.name)).toEqual(
      expect.arrayContaining(['new', 'couple']),
    );
    expect((await stack.destroy()).ok).toBe(true);
  });

  test('protected resources are neither deleted nor replaced', async () => {
    const stack = harness.stack();
    const program = (key: string, protect: boolean) => async () => {
      new Thing('kept', { key }, { protect });
    };
    await stack.up(program('one', true));
    expect(await stack.up(program('two', true))).toMatchObject({ ok: false, errors: [{ kind: 'resource' }] });
    expect(await stack.destroy()).toMatchObject({ ok: false, errors: [{ kind: 'resource' }] });
    await stack.up(program('one', false));
    expect((await stack.destroy()).ok).toBe(true);
  });

  test('options decide about deletion, ignored changes and replacement', async () => {
    const stack = harness.stack();
    const program = (key: string, note: string) => async () => {
      new Thing('retained', {}, { retainOnDelete: true });
      new Thing('ignoring', { spec: { note, size: 1 } }, { ignoreChanges: ['spec.note'] });
      new Thing('strict', { spec: { note } }, { replaceOnChanges: ['spec.note'] });
      new Thing('first', { key }, { deleteBeforeReplace: true });
      new Unique('unique', { key }, { deleteBeforeReplace: false });
    };
    await stack.up(program('one', 'x'));
    stack.calls();
    const result = await stack.up(program('two', 'y'));
    expect(result.counts).toEqual({ same: 3, replace: 3 });
    const calls = stack.calls();
    expect(calls.indexOf('delete first')).toBeLessThan(calls.indexOf('create first'));
    expect(calls.indexOf('delete unique')).toBeGreaterThan(calls.indexOf('create unique'));
    expect((await stack.destroy()).counts).toEqual({ delete: 5, retain: 1 });
    expect(stack.calls()).not.toContain('delete retained');
  });

  test('what goes with something else is not deleted by itself', async () => {
    const stack = harness.stack();
    await stack.up(async () => {
      const house = new Thing('house');
      new Thing('room', {}, { deletedWith: house });
    });
    stack.calls();
    expect((await stack.destroy()).counts).toEqual({ delete: 3 });
    expect(stack.calls()).toEqual(['delete house']);
  });

  test('explicit and default providers have their configuration; functions and lookups work', async () => {
    const stack = harness.stack();
    const program = async () => {
      const provider = new SampleProviderResource('north', { region: pulumi.secret('north') });
      const explicit = new Thing('explicit', {}, { provider });
      const byDefault = new Thing('default');
      const called = await pulumi.runtime.invoke('sample:index:echo', { text: 'hi' }, { provider });
      const found = new Role('found', {}, { id: 'postgres', provider });
      return {
        explicit: explicit.region,
        byDefault: byDefault.region,
        called: called as object,
        found: found.id,
        thing: explicit,
      };
    };
    const overrides = { config: { 'sample:region': 'south' } };
    const result = await stack.up(program, overrides);
    expect(result).toMatchObject({
      ok: true,
      outputs: {
        explicit: 'north',
        byDefault: 'south',
        called: { echo: 'hi', region: 'north' },
        found: 'postgres',
        thing: { key: 'explicit' },
      },
    });
    expect((await stack.up(program, overrides)).counts).toMatchObject({ same: 4, read: 1 });
    expect(await stack.destroy(overrides)).toMatchObject({ ok: true, counts: { discard: 1 } });
    expect(await harness.database.query(`SELECT 1 FROM pg_roles WHERE rolname = 'postgres'`)).toHaveLength(1);
  });

  test('each version of a package has a default provider of its own, with the configuration of the package', async () => {
    const stack = harness.stack();
    const program = async () => {
      const [newer, older] = [new Thing('newer'), new Thing('older', {}, { version: '0.0.9' })];
      const versioned = new SampleProviderResource('versioned', { region: 'west' }, { version: '0.0.8' });
      const explicit = new Thing('explicit', {}, { provider: versioned });
      return { regions: pulumi.all([newer.region, older.region, explicit.region]) };
    };
    const config = { config: { 'sample:region': 'south' } };
    const made = await stack.up(program, config);
    expect(made).toMatchObject({ errors: [], outputs: { regions: ['south', 'south', 'west'] } });
    const resources = await harness.engine.resources(stack.name);
    const versions = resources
      .filter(({ type }) => type === 'pulumi:providers:sample')
      .map(({ name, inputs }) => [name, inputs['version']] as const);
    expect(Object.fromEntries(versions)).toEqual({
      default_0_1_0: SAMPLE_VERSION,
      default_0_0_9: '0.0.9',
      versioned: '0.0.8',
    });
    expect((await stack.up(program, config)).counts).toEqual({ same: 5 });
  });

  test('what breaks the protocol is refused with the name of what it is about', async () => {
    const stack = harness.stack();
    const stranger = 'urn:pulumi:other::demo::pulumi:providers:sample::north::1';
    const called = await stack.up(async () => {
      const answer: unknown = pulumi.runtime.call('sample:index:Thing/method', {});
      return { answer };
    });
    expect(called).toMatchObject({ ok: false, errors: [{ kind: 'program' }] });
    expect(called.errors[0]?.message).toMatch(/not supported by the embedded engine: use PROVISIONING_ENGINE=pulumi/);
    const lost = await stack.up(async () => {
      new Thing(
        'lost',
        {},
        { transforms: [({ props, opts }) => ({ props, opts: { ...opts, provider: refer(stranger) } })] },
      );
    });
    expect(lost.errors).toMatchObject([
      { kind: 'resource', urn: expect.stringMatching(/::lost$/), message: expect.stringContaining(stranger) },
    ]);
    expect((await stack.up(async () => {})).ok).toBe(true);
  });

  test('what is not supported is refused in words', async () => {
    const programs: PulumiProgram[] = [
      async () => {
        new Thing('hooked', {}, { hooks: { onError: [new pulumi.ErrorHook('again', async () => false)] } });
      },
      async () => {
        const first = new Thing('first');
        new Thing('together', {}, { replaceWith: [first] });
      },
      async () => {
        new Thing('triggered', {}, { replacementTrigger: 'now' });
      },
      async () => {
        new Role('imported', {}, { import: 'nobody_has_this_name' });
      },
      async () => {
        new pulumi.StackReference('organization/a/b');
      },
      async () => {
        new Thing('twice');
        new Thing('twice');
      },
      async () => {
        new Role('lost', {}, { id: 'nobody_has_this_name' });
      },
    ];
    const refusals = await Promise.all([
      ...programs.map((program) => harness.stack().up(program)),
      harness.stack().up(async () => ({ made: new Thing('plain').made }), { packages: [] }),
    ]);
    for (const { errors } of refusals.slice(0, 3)) {
      expect(errors[0]?.message).toMatch(/is not supported by the embedded engine: use PROVISIONING_ENGINE=pulumi$/);
    }
    for (const refusal of refusals) {
      expect(refusal.ok).toBe(false);
      expect(refusal.errors).toHaveLength(1);
    }
  });
});
