import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createHarness, operations, type Harness } from '../testing/harness.ts';
import { createLatch } from '../testing/latch.ts';
import { Role, Thing, Unique } from '../testing/sample-resources.ts';

describe.each(['inproc', 'grpc'] as const)('a stack over %s', (transport) => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await createHarness(transport);
  });
  afterAll(() => harness.close());

  test('is created in order, left alone when nothing changed, and destroyed in reverse order', async () => {
    const stack = harness.stack();
    const program = async () => {
      const first = new Thing('first');
      const second = new Thing('second', { after: first.made });
      new Thing('third', { after: second.made });
      return { made: second.made };
    };
    const created = await stack.up(program);
    expect(created).toMatchObject({ ok: true, errors: [], counts: { create: 4 }, outputs: { made: 'made second' } });
    expect(stack.calls()).toEqual(['create first', 'create second', 'create third']);
    expect(operations(stack.events, 'resource.started')).toEqual(operations(stack.events, 'resource.done'));

    const [before] = await harness.database.query('SELECT updated_at FROM pulumi.pulumi_state WHERE key LIKE $1', [
      '%/stacks/%',
    ]);
    expect((await stack.up(program)).counts).toEqual({ same: 4 });
    const [after] = await harness.database.query('SELECT updated_at FROM pulumi.pulumi_state WHERE key LIKE $1', [
      '%/stacks/%',
    ]);
    expect(after).toEqual(before);
    expect(stack.calls()).toEqual([]);

    expect((await stack.destroy()).counts).toEqual({ delete: 4 });
    expect(stack.calls()).toEqual(['delete third', 'delete second', 'delete first']);
    expect(await harness.engine.resources(stack.name)).toEqual([]);
    await harness.engine.removeStack({ ...stack.name, fence: 1n });
    const rows = await harness.database.query('SELECT key FROM pulumi.pulumi_state WHERE key LIKE $1', [
      `%/${stack.name.stack}.json`,
    ]);
    expect(rows).toEqual([]);
  });

  test('updates what changed and deletes what is gone from the program', async () => {
    const stack = harness.stack();
    await stack.up(async () => {
      new Thing('kept', { size: 1 });
      new Thing('gone');
    });
    stack.calls();
    const result = await stack.up(async () => {
      new Thing('kept', { size: 2 });
    });
    expect(result.counts).toEqual({ same: 1, update: 1, delete: 1 });
    expect(stack.calls()).toEqual(['update kept', 'delete gone']);
    const done = stack.events.find((event) => event.kind === 'resource.done' && event.operation === 'update');
    expect(done).toMatchObject({ changes: [{ path: 'size', kind: 'update', before: 1, after: 2 }] });
  });

  test('makes the replacement before it deletes the old one', async () => {
    const stack = harness.stack();
    const program = (key: string) => async () => {
      const thing = new Thing('a', { key });
      new Thing('b', { of: thing.key });
    };
    await stack.up(program('one'));
    stack.calls();
    const result = await stack.up(program('two'));
    expect(result.counts).toEqual({ same: 1, replace: 1, update: 1 });
    expect(stack.calls()).toEqual(['create a', 'update b', 'delete a']);
    const [a] = (await harness.engine.resources(stack.name)).filter((resource) => resource.name === 'a');
    expect(a?.id).toBe('Thing-two');
  });

  test('deletes first what cannot exist twice, and before it what would have to be replaced with it', async () => {
    const stack = harness.stack();
    const program = (key: string) => async () => {
      const unique = new Unique('u', { key });
      new Thing('d', { key: unique.key });
    };
    await stack.up(program('one'));
    stack.calls();
    expect((await stack.preview(program('two'))).counts).toEqual({ same: 1, replace: 2 });
    expect(stack.calls()).toEqual([]);
    expect((await stack.up(program('two'))).counts).toEqual({ same: 1, replace: 2 });
    expect(stack.calls()).toEqual(['delete d', 'delete u', 'create u', 'create d']);
  });

  test('reads anew what is there', async () => {
    const stack = harness.stack();
    const name = `refresh_${transport}`;
    const program = async () => {
      new Role('role', { name });
    };
    await stack.up(program);
    await harness.database.query(`DROP ROLE ${name}`);
    expect((await stack.refresh()).ok).toBe(true);
    expect((await harness.engine.resources(stack.name)).map((resource) => resource.name)).not.toContain('role');
    expect((await stack.up(program)).counts).toEqual({ same: 1, create: 1 });
    await stack.destroy();
    expect(await harness.database.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [name])).toEqual([]);
  });
});

describe('operations', () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await createHarness();
  });
  afterAll(() => harness.close());

  async function runningAtOnce(count: number, parallel: number): Promise<number> {
    const latch = createLatch();
    const stack = harness.stack({
      onCall: async (_call, when) => {
        if (when === 'before' && stack.log.running === Math.min(count, parallel)) latch.open();
        await latch.opened;
      },
    });
    const program = async () => {
      for (let i = 0; i < count; i += 1) new Thing(`t${i}`);
    };
    expect((await stack.up(program, { parallel })).ok).toBe(true);
    return stack.log.runningMax;
  }

  test('run side by side, up to the limit', async () => {
    // Each create waits until all that may run at once do, so this ends only when they truly overlap.
    expect(await runningAtOnce(12, 16)).toBe(12);
    expect(await runningAtOnce(12, 3)).toBe(3);
  });

  test('run one by one with a limit of one', async () => {
    expect(await runningAtOnce(4, 1)).toBe(1);
  });

  test('are saved together when they end together', async () => {
    const stack = harness.stack();
    await harness.database.query('CREATE TABLE writes (at timestamptz)');
    await harness.database.query(
      `CREATE FUNCTION count_write() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO public.writes VALUES (now()); RETURN NEW; END'`,
    );
    await harness.database.query(
      `CREATE TRIGGER count_write AFTER INSERT OR UPDATE ON pulumi.pulumi_state FOR EACH ROW EXECUTE FUNCTION count_write()`,
    );
    await stack.up(async () => {
      for (let i = 0; i < 40; i += 1) new Thing(`t${i}`);
    });
    const [writes] = await harness.database.query<{ count: number }>('SELECT count(*)::int AS count FROM writes');
    expect(writes?.count).toBeLessThan(40);
  });
});
