import * as pulumi from '@pulumi/pulumi';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createHarness, type Harness } from '../testing/harness.ts';
import { createLatch } from '../testing/latch.ts';
import { Thing } from '../testing/sample-resources.ts';

describe.each(['inproc', 'grpc'] as const)('programs side by side over %s', (transport) => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await createHarness(transport);
  });
  afterAll(() => harness.close());

  test('fail each for itself, wherever the error arises', async () => {
    const results = await Promise.all([
      harness.stack().up(async () => {
        for (let i = 0; i < 10; i += 1) new Thing(`t${i}`);
        return { stack: pulumi.getStack() };
      }),
      harness.stack().up(async () => {
        throw new Error('at the top');
      }),
      harness.stack().up(async () => {
        const thing = new Thing('x');
        thing.made.apply(() => {
          throw new Error('in an apply');
        });
      }),
      harness.stack().up(async () => {
        const bad = new Thing('bad', { fail: true });
        return { out: new Thing('after', { of: bad.made }).made };
      }),
      harness.stack().up(async () => {
        const latch = createLatch();
        setImmediate(() => {
          latch.open();
          throw new Error('in a timer');
        });
        void Promise.reject(new Error('floating'));
        await latch.opened;
      }),
    ]);
    const errors = results.map((result) =>
      result.errors.map(({ kind, message }) => `${kind}: ${message.split('\n')[0]}`).sort(),
    );
    expect(errors).toEqual([
      [],
      ['program: Error: at the top'],
      ['program: Error: in an apply'],
      ['resource: failed as asked'],
      ['program: Error: floating', 'program: Error: in a timer'],
    ]);
    expect(results[0]?.counts).toEqual({ create: 11 });
    expect(results[0]?.outputs['stack']).toMatch(/^s\d+$/);
  });

  test('are cancelled each for itself: what runs ends, nothing new starts, the state stays good', async () => {
    const [reached, goOn] = [createLatch(), createLatch()];
    const stack = harness.stack({
      onCall: async (call, when) => {
        if (call !== 'create slow' || when !== 'before') return;
        reached.open();
        await goOn.opened;
      },
    });
    const other = harness.stack();
    const program = async () => {
      const slow = new Thing('slow');
      new Thing('after', { of: slow.made });
    };
    const control = new AbortController();
    const running = stack.up(program, { signal: control.signal });
    await reached.opened;
    control.abort();
    expect((await other.up(program)).ok).toBe(true);
    goOn.open();
    const result = await running;
    expect(result).toMatchObject({ ok: false, errors: [{ kind: 'cancelled' }] });
    expect(stack.calls()).toEqual(['create slow']);
    expect((await stack.up(program)).counts).toEqual({ same: 2, create: 1 });
  });

  test('that wait for something else do not hold up their cancellation', async () => {
    const control = new AbortController();
    const running = harness.stack().up(
      async () => {
        setImmediate(() => control.abort());
        await new Promise(() => {});
      },
      { signal: control.signal },
    );
    expect(await running).toMatchObject({ ok: false, errors: [{ kind: 'cancelled' }] });
  });

  test('do not start when cancelled before', async () => {
    const stack = harness.stack();
    const result = await stack.up(
      async () => {
        new Thing('never');
      },
      { signal: AbortSignal.abort() },
    );
    expect(result).toMatchObject({ ok: false, errors: [{ kind: 'cancelled' }] });
    expect(stack.calls()).toEqual([]);
  });

  test('twenty at once know nothing of each other: names, configuration, secrets, logs, outputs', async () => {
    const program = async () => {
      const config = new pulumi.Config('demo');
      const own = config.require('own');
      await pulumi.log.info(`I am ${own}`);
      const thing = new Thing('thing', { own, password: config.requireSecret('password') });
      return { own: thing.made.apply(() => new pulumi.Config('demo').require('own')), stack: pulumi.getStack() };
    };
    const stacks = Array.from({ length: 20 }, () => harness.stack());
    const results = await Promise.all(
      stacks.map((stack, i) =>
        stack.up(program, {
          config: { 'demo:own': `own-${i}`, 'demo:password': `canary-${i}-password`, 'sample:region': `region-${i}` },
          secretConfigKeys: ['demo:password'],
        }),
      ),
    );
    for (const [i, stack] of stacks.entries()) {
      expect(results[i]).toMatchObject({ ok: true, outputs: { own: `own-${i}`, stack: stack.name.stack } });
      const logs = stack.events.flatMap((event) => (event.kind === 'log' ? [event.message] : []));
      expect(logs).toEqual([`I am own-${i}`]);
      const [thing] = (await harness.engine.resources(stack.name)).filter(({ name }) => name === 'thing');
      expect(thing).toMatchObject({ inputs: { own: `own-${i}` }, outputs: { region: `region-${i}` } });
      expect(JSON.stringify(await harness.stored(stack))).not.toContain('canary-');
    }
  });

  test('twenty at once have an environment and a console of their own each, and leave none behind', async () => {
    const latch = createLatch();
    let ready = 0;
    process.env['SHARED_BEFORE'] = 'from outside';
    const program = async () => {
      const own = new pulumi.Config('demo').require('own');
      process.env['OWN_NAME'] = own;
      if (own === 'own-7') delete process.env['SHARED_BEFORE'];
      // Nobody goes on before all have set theirs.
      if ((ready += 1) === 20) latch.open();
      await latch.opened;
      const { console: terminal } = globalThis;
      terminal.log('%s prints', own, { token: pulumi.runtime.getConfig('demo:password') });
      terminal.error('and complains');
      const seen = Object.keys(process.env).filter((name) => name === 'OWN_NAME');
      const thing = new Thing('thing', { own: process.env['OWN_NAME'] });
      return {
        own: thing.made.apply(() => process.env['OWN_NAME']),
        shared: process.env['SHARED_BEFORE'] ?? null,
        has: 'OWN_NAME' in process.env,
        seen,
        copied: { ...process.env }['OWN_NAME'],
      };
    };
    const stacks = Array.from({ length: 20 }, () => harness.stack());
    const results = await Promise.all(
      stacks.map((stack, i) =>
        stack.up(program, {
          config: { 'demo:own': `own-${i}`, 'demo:password': `canary-${i}-password` },
          secretConfigKeys: ['demo:password'],
        }),
      ),
    );
    for (const [i, stack] of stacks.entries()) {
      const own = `own-${i}`;
      const shared = i === 7 ? null : 'from outside';
      expect(results[i]).toMatchObject({
        ok: true,
        outputs: { own, shared, has: true, seen: ['OWN_NAME'], copied: own },
      });
      const logs = stack.events.flatMap((event) => (event.kind === 'log' ? [[event.severity, event.message]] : []));
      expect(logs).toEqual([
        ['info', `${own} prints { token: '[secret]' }`],
        ['warning', 'and complains'],
      ]);
    }
    expect(process.env['OWN_NAME']).toBeUndefined();
    expect(process.env['SHARED_BEFORE']).toBe('from outside');
    delete process.env['SHARED_BEFORE'];
  });

  test('twenty at once all succeed', async () => {
    const program = async () => {
      for (let i = 0; i < 5; i += 1) new Thing(`t${i}`);
    };
    const results = await Promise.all(Array.from({ length: 20 }, () => harness.stack().up(program)));
    expect(results.every((result) => result.ok)).toBe(true);
  });
});
