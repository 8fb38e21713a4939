// What the worker looks at every few minutes, looked at now (server/testing/look-now.ts).
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Look, LookOrder } from '../../server/testing/look-now.ts';
import { pidOf } from './installation.ts';

const FILE = path.resolve(import.meta.dirname, '../../server/testing/look-now.ts');

export type LookNow = (look: Look, tenantId: string) => Promise<void>;

/** Try a tenant's walls, ask for its rules or read its figures, as often as `work` says. */
export async function withLooks(dataDir: string, work: (look: LookNow) => Promise<void>): Promise<void> {
  const child = fork(FILE, {
    env: environmentOf(pidOf(dataDir, 'worker')),
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const answer = async (): Promise<{ error?: string | null }> => {
    const [said] = (await Promise.race([once(child, 'message'), ended])) as [{ error?: string | null }];
    return said;
  };
  const ended = once(child, 'exit').then((): never => {
    throw new Error('the process that looks has ended');
  });
  ended.catch(() => {});
  try {
    await answer(); // it is ready
    await work(async (look, tenantId) => {
      const said = answer();
      child.send({ look, tenantId } satisfies LookOrder);
      const { error } = await said;
      if (error) throw new Error(error);
    });
  } finally {
    child.disconnect();
  }
}

function environmentOf(pid: number): NodeJS.ProcessEnv {
  const lines = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').filter(Boolean);
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  ) as unknown as NodeJS.ProcessEnv;
}
