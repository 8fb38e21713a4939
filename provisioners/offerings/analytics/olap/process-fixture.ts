/** The process over a tenant for tests, started as a target starts it. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { WORKLOAD_VARIABLES, workloadFile, workloadFlags } from '../../../kit/workload.ts';
import type { Json } from '../../../kit/pack/test-tenant.ts';
import type { Warehouse } from '../pack/warehouse-fixture.ts';

export interface OlapProcess {
  readonly folder: string;
  /** Signs in as the process does. */
  readonly url: string;
  /** Resolves when it works. */
  start(settings?: Readonly<Record<string, number>>): Promise<void>;
  /** Ends it, if it runs. */
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** The process that was started last. */
  child(): ChildProcess;
  /** The answer, or what was promised instead of it; asks until there is one. */
  ask(body: Json): Promise<Json>;
  /** Ends what runs and removes files and role. */
  close(): Promise<void>;
}

const NO_ENVIRONMENT = { NODE_ENV: 'test' } as const;
const SETTINGS = { memoryMib: 128, threads: 1, spillMib: 256 };

/** @param databaseUrl of a superuser in the tenant's database */
export async function olapProcess(tenant: Warehouse, databaseUrl: string): Promise<OlapProcess> {
  const folder = await mkdtemp(path.join(tmpdir(), 'olap-'));
  const role = tenant.owner.replace(/owner$/, 'olap');
  const password = 'of the test';
  await tenant.rows(`CREATE ROLE ${role} LOGIN NOINHERIT CONNECTION LIMIT 2 PASSWORD '${password}'`);
  await tenant.rows('SELECT olap.admit($1)', [role]);
  const url = Object.assign(new URL(databaseUrl), { username: role, password }).href;
  let child: ChildProcess | null = null;

  const start = async (settings: Readonly<Record<string, number>> = SETTINGS): Promise<void> => {
    const started = fork(workloadFile('analytics', 'olap/main.ts'), {
      execArgv: [...workloadFlags('analytics', folder, 400)],
      env: {
        ...NO_ENVIRONMENT,
        [WORKLOAD_VARIABLES.databaseUrl]: url,
        [WORKLOAD_VARIABLES.folder]: folder,
        [WORKLOAD_VARIABLES.settings]: JSON.stringify(settings),
      },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    child = started;
    const ended = once(started, 'exit').then(([code, signal]) => {
      throw new Error(`it ended with ${String(code ?? signal)}`);
    });
    await Promise.race([once(started, 'message'), ended]);
    ended.catch(() => {});
  };
  const ask = async (body: Json): Promise<Json> => {
    const { queryId } = await tenant.call('olap_query', body);
    for (;;) {
      const answer = await tenant.call('olap_result', { queryId, waitMs: 2_000 }, null);
      if (answer['state'] === 'done') return answer;
    }
  };
  return {
    folder,
    url,
    start,
    stop: (signal) => end(child, signal),
    child: () => {
      if (child === null) throw new Error('it was never started');
      return child;
    },
    ask,
    close: async () => {
      await end(child);
      await tenant.rows(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function end(child: ChildProcess | null, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  if (child === null || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
}
