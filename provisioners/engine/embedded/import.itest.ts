import * as pulumi from '@pulumi/pulumi';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createHarness, type Harness } from '../testing/harness.ts';
import { createLatch } from '../testing/latch.ts';
import { Role, Thing } from '../testing/sample-resources.ts';

describe.each(['inproc', 'grpc'] as const)('over %s', (transport) => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await createHarness(transport);
  });
  afterAll(() => harness.close());

  test('a resource that exists is imported, not made, and is managed from then on', async () => {
    const stack = harness.stack();
    const name = `imported_${transport}`;
    await harness.database.query(`CREATE ROLE ${name} NOLOGIN`);
    const program = (id: string | undefined) => async () => {
      new Role('role', { name }, id === undefined ? {} : { import: id });
    };
    expect(await stack.preview(program(name))).toMatchObject({ ok: true, counts: { create: 1, read: 1 } });
    expect(await stack.up(program(name))).toMatchObject({ ok: true, counts: { create: 1, read: 1 } });
    expect(stack.calls()).toEqual([]);
    const stored = JSON.stringify(await harness.stored(stack));
    expect(stored).toContain(`"importID":"${name}"`);
    expect((await stack.up(program(name))).counts).toEqual({ same: 2 });
    expect((await stack.up(program(undefined))).counts).toEqual({ same: 2 });
    await stack.destroy();
    expect(stack.calls()).toEqual(['delete role']);
  });

  test('an import that the program describes otherwise, or that is not there, is refused', async () => {
    const stack = harness.stack();
    const name = `differs_${transport}`;
    await harness.database.query(`CREATE ROLE ${name} NOLOGIN`);
    const program = (id: string) => async () => {
      new Role('role', { name: 'another_name' }, { import: id });
    };
    const urn = expect.stringContaining('::role');
    expect((await stack.up(program(name))).errors).toEqual([
      { kind: 'resource', urn, message: expect.stringMatching(/^urn:.*::role cannot be imported: .* in name$/) },
    ]);
    expect((await stack.up(program('missing_here'))).errors).toEqual([
      {
        kind: 'resource',
        urn,
        message: expect.stringMatching(/there is no sample:index:Role with the id missing_here$/),
      },
    ]);
    expect((await harness.engine.resources(stack.name)).map((resource) => resource.name)).not.toContain('role');
    await harness.database.query(`DROP ROLE ${name}`);
  });

  test('outputs of another stack are read, and secret ones stay secret', async () => {
    const [source, reader] = [harness.stack(), harness.stack()];
    await source.up(async () => ({ host: 'db.example', password: pulumi.secret('canary-password') }));
    const program = async () => {
      const other = new pulumi.StackReference(`organization/${source.name.project}/${source.name.stack}`);
      new Thing('uses', { host: other.requireOutput('host'), password: other.requireOutput('password') });
      return { host: other.getOutput('host'), password: other.getOutput('password'), none: other.getOutput('none') };
    };
    expect((await reader.preview(program)).ok).toBe(true);
    const result = await reader.up(program);
    expect(result).toMatchObject({
      ok: true,
      outputs: { host: 'db.example', password: 'canary-password' },
      secretOutputs: ['password'],
    });
    expect(JSON.stringify(await harness.stored(reader))).not.toContain('canary-password');
    expect((await reader.up(program)).counts).toEqual({ same: 2, read: 1 });
    expect((await reader.destroy()).ok).toBe(true);
  });

  test('a provider that takes longer than a resource allows is left behind, and asked again by the next run', async () => {
    const goOn = createLatch();
    let waits = true;
    const stack = harness.stack({ onCall: async () => (waits ? goOn.opened : undefined) });
    const program = async () => {
      new Thing('slow', {}, { customTimeouts: { create: '50ms', delete: '10m' } });
    };
    expect((await stack.up(program)).errors).toEqual([
      {
        kind: 'resource',
        urn: expect.stringContaining('::slow'),
        message: expect.stringMatching(/^create urn:.*::slow: the provider did not answer within 0.05 s$/),
      },
    ]);
    waits = false;
    goOn.open();
    expect(await stack.up(program)).toMatchObject({ ok: true, resumed: [{ operation: 'creating' }] });
    expect(JSON.stringify(await harness.stored(stack))).toContain('"customTimeouts":{"create":0.05,"delete":600}');
    expect((await stack.up(program)).counts).toEqual({ same: 2 });
  });

  test('a timeout that is no duration is refused', async () => {
    const result = await harness.stack().up(async () => {
      new Thing('odd', {}, { customTimeouts: { create: 'soon' } });
    });
    expect(result.errors).toMatchObject([{ message: '"soon" is no duration; write it like "90s" or "1h30m"' }]);
  });
});
