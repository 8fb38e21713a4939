/** Two workers on one stack, the first on the CLI: stopped for longer than its lease, it can write no state and make nothing any more. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PASSPHRASE, createHarness, type Harness } from '../testing/harness.ts';
import { createWorkers, type Workers } from '../testing/workers.ts';
import { CLI, WITH_CLI, openTerminal } from './testing/real-cli.ts';

describe.skipIf(CLI === null)(WITH_CLI, { timeout: 240_000 }, () => {
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

  test('a worker that is stopped inside a create and continues when another has taken over', async () => {
    const { stack } = harness.stack().name;
    const name = { project: 'demo', stack };
    const prefix = 'paused_cli_';
    const roles = ['one', 'two', 'three', 'four'].map((each) => prefix + each);
    const few = roles.slice(0, 2);
    const first = workers.start({
      stack,
      fence: 1,
      roles,
      engine: 'pulumi',
      waitAt: { call: `create ${prefix}two`, when: 'after' },
    });
    expect(await workers.next(first)).toEqual({ kind: 'there' });
    first.kill('SIGSTOP');

    // Its CLI lives and has the stack locked, which both engines respect; whoever knows that its worker is lost lifts the lock.
    const refused = workers.start({ stack, fence: 2, roles: few, waitAt: null });
    expect(await workers.next(refused)).toMatchObject({ outcome: expect.stringContaining('locked'), calls: [] });
    const terminal = await openTerminal(harness.database.url, PASSPHRASE, 'demo');
    await terminal.run(['cancel', '--yes', stack]);
    const second = workers.start({ stack, fence: 3, roles: few, waitAt: null });
    expect(await workers.next(second)).toEqual({ kind: 'ended', outcome: 'ok', calls: [`create ${prefix}two`] });
    const state = await harness.engine.exportStack(name);

    const ended = workers.next(first);
    first.send('go on');
    first.kill('SIGCONT');
    expect(await ended).toEqual({ kind: 'ended', outcome: 'FencedError', calls: few.map((role) => `create ${role}`) });
    expect(await harness.engine.exportStack(name)).toEqual(state);
    const made = await workers.rolesLike(prefix);
    expect(made).toEqual(few.toSorted());
    await terminal.close();
    for (const role of roles) await harness.database.query(`DROP ROLE IF EXISTS ${role}`);
  });
});
