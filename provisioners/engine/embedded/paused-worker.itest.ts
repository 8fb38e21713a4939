import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createHarness, type Harness } from '../testing/harness.ts';
import type { WorkerMessage, WorkerTask } from '../testing/worker-child.ts';

const WORKER = fileURLToPath(new URL('../testing/worker-child.ts', import.meta.url));

let harness: Harness;
const workers: ChildProcess[] = [];
beforeAll(async () => {
  harness = await createHarness();
});
afterAll(async () => {
  for (const worker of workers) if (worker.exitCode === null) worker.kill('SIGKILL');
  await harness.close();
});

function startWorker(task: Omit<WorkerTask, 'stateUrl'>): ChildProcess {
  const argument = JSON.stringify({ ...task, stateUrl: harness.database.url });
  const worker = spawn(process.execPath, [WORKER, argument], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  workers.push(worker);
  return worker;
}

async function nextMessage(worker: ChildProcess): Promise<WorkerMessage> {
  const [message] = (await once(worker, 'message')) as [WorkerMessage];
  return message;
}

async function rolesLike(prefix: string): Promise<string[]> {
  const rows = await harness.database.query<{ rolname: string }>(
    'SELECT rolname FROM pg_roles WHERE starts_with(rolname, $1) ORDER BY rolname',
    [prefix],
  );
  return rows.map((row) => row.rolname);
}

describe.each(['before', 'after'] as const)('a worker that is stopped inside a create, %s its effect', (when) => {
  test('and continues when another has taken over, can neither write nor create', { timeout: 120_000 }, async () => {
    const { stack } = harness.stack().name;
    const prefix = `paused_${when}_`;
    const roles = ['one', 'two', 'three', 'four'].map((name) => prefix + name);
    const waitAt = { call: `create ${prefix}two`, when };
    const first = startWorker({ stack, fence: 1, roles, waitAt });
    expect(await nextMessage(first)).toEqual({ kind: 'there' });
    first.kill('SIGSTOP');

    // The second one wants less: had the first its way, roles three and four would come to be.
    const second = startWorker({ stack, fence: 2, roles: roles.slice(0, 2), waitAt: null });
    expect(await nextMessage(second)).toEqual({ kind: 'ended', outcome: 'ok', calls: [`create ${prefix}two`] });
    const state = await harness.engine.exportStack({ project: 'demo', stack });

    const ended = nextMessage(first);
    first.send('go on');
    first.kill('SIGCONT');
    expect(await ended).toEqual({
      kind: 'ended',
      outcome: 'FencedError',
      calls: [`create ${prefix}one`, `create ${prefix}two`],
    });
    expect(await harness.engine.exportStack({ project: 'demo', stack })).toEqual(state);
    expect(await rolesLike(prefix)).toEqual(roles.slice(0, 2).sort());
    expect(await harness.engine.history({ project: 'demo', stack })).toHaveLength(1);
    for (const role of roles) await harness.database.query(`DROP ROLE IF EXISTS ${role}`);
  });
});
