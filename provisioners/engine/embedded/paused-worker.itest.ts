import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createHarness, type Harness } from '../testing/harness.ts';
import { createWorkers, type Workers } from '../testing/workers.ts';

let harness: Harness;
let workers: Workers;
beforeAll(async () => {
  harness = await createHarness();
  workers = createWorkers(harness.database);
});
afterAll(async () => {
  workers.end();
  await harness.close();
});

describe.each(['before', 'after'] as const)('a worker that is stopped inside a create, %s its effect', (when) => {
  test('and continues when another has taken over, can neither write nor create', { timeout: 120_000 }, async () => {
    const { stack } = harness.stack().name;
    const prefix = `paused_${when}_`;
    const roles = ['one', 'two', 'three', 'four'].map((name) => prefix + name);
    const waitAt = { call: `create ${prefix}two`, when };
    const first = workers.start({ stack, fence: 1, roles, waitAt });
    expect(await workers.next(first)).toEqual({ kind: 'there' });
    first.kill('SIGSTOP');

    // The second one wants less: had the first its way, roles three and four would come to be.
    const second = workers.start({ stack, fence: 2, roles: roles.slice(0, 2), waitAt: null });
    expect(await workers.next(second)).toEqual({ kind: 'ended', outcome: 'ok', calls: [`create ${prefix}two`] });
    const state = await harness.engine.exportStack({ project: 'demo', stack });

    const ended = workers.next(first);
    first.send('go on');
    first.kill('SIGCONT');
    expect(await ended).toEqual({
      kind: 'ended',
      outcome: 'FencedError',
      calls: [`create ${prefix}one`, `create ${prefix}two`],
    });
    expect(await harness.engine.exportStack({ project: 'demo', stack })).toEqual(state);
    expect(await workers.rolesLike(prefix)).toEqual(roles.slice(0, 2).sort());
    expect(await harness.engine.history({ project: 'demo', stack })).toHaveLength(1);
    for (const role of roles) await harness.database.query(`DROP ROLE IF EXISTS ${role}`);
  });
});
