/** Workers in processes of their own, for tests that stop and continue them. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { TestDatabase } from './postgres.ts';
import type { WorkerMessage, WorkerTask } from './worker-child.ts';

const WORKER = fileURLToPath(new URL('worker-child.ts', import.meta.url));

export interface Workers {
  start(task: Omit<WorkerTask, 'stateUrl'>): ChildProcess;
  /** What a worker tells next. */
  next(worker: ChildProcess): Promise<WorkerMessage>;
  rolesLike(prefix: string): Promise<string[]>;
  /** Kill those that still run. */
  end(): void;
}

export function createWorkers(database: TestDatabase): Workers {
  const started: ChildProcess[] = [];
  return {
    start(task) {
      const argument = JSON.stringify({ ...task, stateUrl: database.url });
      const worker = spawn(process.execPath, [WORKER, argument], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
      started.push(worker);
      return worker;
    },
    async next(worker) {
      const [message] = (await once(worker, 'message')) as [WorkerMessage];
      return message;
    },
    async rolesLike(prefix) {
      const rows = await database.query<{ rolname: string }>(
        'SELECT rolname FROM pg_roles WHERE starts_with(rolname, $1) ORDER BY rolname',
        [prefix],
      );
      return rows.map((row) => row.rolname);
    },
    end() {
      for (const worker of started) if (worker.exitCode === null) worker.kill('SIGKILL');
    },
  };
}
