/** That a run looks the same under both engines: events, rows, counts, differences, errors, outputs. */
import * as pulumi from '@pulumi/pulumi';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EngineEvent, PlannedResource, PulumiProgram } from '../port.ts';
import { Thing, Unique } from '../testing/sample-resources.ts';
import { createBoth, type Both, type Side } from './testing/both.ts';
import { everything } from './testing/programs.ts';
import { CLI, WITH_CLI } from './testing/real-cli.ts';

const TIMEOUT_MS = 240_000;

/** What is told of resources, without times, and in an order that concurrency does not decide. */
function told(events: readonly EngineEvent[], stack: string) {
  const about = events.flatMap((event) => {
    if (event.kind === 'log') return [];
    const { at: _at, ...rest } = event;
    return [{ ...rest, durationMs: 0 }];
  });
  return forAnyStack(
    about.toSorted((left, right) => (keyOf(left) < keyOf(right) ? -1 : 1)),
    stack,
  );
}

const keyOf = ({ urn, kind }: { urn: string; kind: string }) => `${urn} ${kind}`;

/** The stacks differ by name only. */
function forAnyStack<T>(value: T, stack: string): T {
  return JSON.parse(JSON.stringify(value).replaceAll(`:${stack}::`, ':S::').replaceAll(`demo-${stack}`, 'demo-S')) as T;
}

describe.skipIf(CLI === null)(WITH_CLI, { timeout: TIMEOUT_MS }, () => {
  let both: Both;
  beforeAll(async () => {
    both = await createBoth();
  }, TIMEOUT_MS);
  afterAll(() => both.close());

  /** Do the same with a stack of each engine, and compare what each step told. */
  async function expectSame(steps: readonly ((side: Side) => Promise<unknown>)[]): Promise<void> {
    const [mine, others] = [both.stack(), both.stack()];
    for (const step of steps) {
      const [left, right] = [mine.embedded, others.cli];
      const [expected, found] = [await step(left), await step(right)];
      const [expectedEvents, foundEvents] = [told(left.events, mine.name.stack), told(right.events, others.name.stack)];
      expect(foundEvents).toEqual(expectedEvents);
      expect(result(found, others.name.stack)).toEqual(result(expected, mine.name.stack));
    }
  }

  function result(value: unknown, stack: string): unknown {
    const { durationMs: _took, resumed: _resumed, resources, ...rest } = value as Record<string, unknown>;
    const rows = (resources as PlannedResource[] | undefined)?.toSorted((left, right) =>
      left.urn < right.urn ? -1 : 1,
    );
    return forAnyStack({ ...rest, ...(rows ? { resources: rows } : {}) }, stack);
  }

  test('a destroy that runs the program calls its hooks', async () => {
    const heard: string[] = [];
    const program = async () => {
      const beforeDelete = [new pulumi.ResourceHook('gone', async ({ name }) => void heard.push(name))];
      new Thing('one', {}, { hooks: { beforeDelete } });
    };
    await expectSame([up(program), (side) => side.destroy({ runProgram: program })]);
    expect(heard).toEqual(['one', 'one']);
  });

  const up = (program: PulumiProgram) => (side: Side) => side.up(program);
  const preview = (program: PulumiProgram) => (side: Side) => side.preview(program);

  test('from the first preview to the end', async () => {
    await expectSame([
      preview(everything()),
      up(everything()),
      preview(everything()),
      up(everything()),
      preview(everything({ size: 2, secret: 'canary-changed' })),
      up(everything({ size: 2, secret: 'canary-changed' })),
      (side) => side.refresh(),
      (side) => side.destroy(),
    ]);
  });

  test('replacements, and what the program no longer has', async () => {
    await expectSame([
      up(everything()),
      preview(everything({ key: 'two', without: 'pair' })),
      up(everything({ key: 'two', without: 'pair' })),
      up(async () => {}),
    ]);
  });

  test('a provider that refuses, in check and in create', async () => {
    await expectSame([
      up(async () => {
        new Thing('bad', { fail: true });
      }),
      up(async () => {
        new Thing('worse', { key: 'forbidden' });
      }),
    ]);
  });

  test('programs that throw, at once and where nobody waits', async () => {
    const unawaited = async () => {
      const thing = new Thing('one');
      thing.made.apply(() => {
        throw new Error('in an apply');
      });
    };
    const atOnce = async () => {
      throw new TypeError('no luck');
    };
    await expectSame([up(atOnce), preview(atOnce), up(unawaited)]);
  });

  test('what changed outside is seen, and recorded when it is to be', async () => {
    const [mine, others] = [`drift_a${process.pid}`, `drift_b${process.pid}`];
    const roles = { embedded: mine, cli: others };
    const seen: Record<string, unknown> = {};
    for (const by of ['embedded', 'cli'] as const) {
      const stack = both.stack();
      const program = everything({ role: roles[by] });
      expect((await stack[by].up(program)).errors).toEqual([]);
      expect((await stack[by].previewRefresh({ expectNoChanges: true })).errors).toEqual([]);
      await both.harness.database.query(`DROP ROLE ${roles[by]}`);
      const steps = [
        await stack[by].previewRefresh({ expectNoChanges: true }),
        await stack[by].refresh(),
        await stack[by].previewDestroy(),
        await stack[by].up(program),
        await stack[by].destroy(),
      ];
      const text = JSON.stringify(steps.map((step) => result(step, stack.name.stack)));
      seen[by] = JSON.parse(text.replaceAll(roles[by], 'ROLE'));
    }
    expect(seen['cli']).toEqual(seen['embedded']);
  });

  test('runs with targets, and runs that are to change nothing', async () => {
    await expectSame([
      up(everything()),
      (side) => side.up(everything({ size: 2 }), { targets: ['*::plain', '*::pair-left'] }),
      (side) => side.preview(everything({ size: 2 }), { expectNoChanges: true }),
      (side) => side.destroy({ targets: ['*::sealed'], targetDependents: true }),
    ]);
  });

  test('a provider that takes longer than it may', async () => {
    const slow = both.stack({ onCall: () => new Promise(() => {}) });
    const { errors } = await slow.cli.up(async () => void new Thing('slow'), { callTimeoutMs: 50 });
    expect(errors).toMatchObject([{ kind: 'resource', message: expect.stringContaining('within 0.05 s') }]);
  });

  test('the history holds the runs of either engine, newest first', async () => {
    const stack = both.stack();
    await stack.cli.up(everything());
    await stack.embedded.up(everything({ size: 2 }));
    await stack.cli.destroy();
    const runs = await both.cli.history(stack.name);
    expect(runs.map(({ operation, ok }) => [operation, ok])).toEqual([
      ['destroy', true],
      ['up', true],
      ['up', true],
    ]);
    expect(runs[2]?.resources.find(({ name }) => name === 'plain')).toMatchObject({ operation: 'create' });
    expect(JSON.stringify(runs, (_key, value: unknown) => (typeof value === 'bigint' ? 0 : value))).not.toContain(
      'canary',
    );
  });

  test('what is protected, and what names the same twice', async () => {
    const [stack] = [both.stack()];
    const kept = async () => {
      new Unique('kept', {}, { protect: true });
    };
    expect((await stack.cli.up(kept)).errors).toEqual([]);
    expect(await stack.cli.destroy()).toMatchObject({ ok: false, errors: [{ kind: 'resource' }] });
    const twice = async () => {
      new Thing('two');
      new Thing('two');
    };
    expect(await stack.cli.up(twice)).toMatchObject({ ok: false, errors: [{ kind: 'resource' }] });
  });

  test('programs that run side by side have their own configuration, and their own errors', async () => {
    const stacks = Array.from({ length: 3 }, () => both.stack());
    const results = await Promise.all(
      stacks.map(({ cli }, i) =>
        cli.up(
          async () => {
            const one = new Thing('one');
            if (i === 1) one.made.apply(() => Promise.reject(new Error('only mine')));
            return { region: one.region };
          },
          { config: { 'sample:region': `r${i}` } },
        ),
      ),
    );
    expect(results.map(({ ok }) => ok)).toEqual([true, false, true]);
    expect(results[1]?.errors).toMatchObject([{ kind: 'program', message: 'Error: only mine' }]);
    expect(results.map(({ outputs }) => outputs['region'])).toEqual(['r0', undefined, 'r2']);
  });
});
