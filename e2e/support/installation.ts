// The processes and files of the portal under test, for tests that end processes or look for secrets.
import { existsSync, readFileSync, renameSync } from 'node:fs';
import path from 'node:path';
import { commandLineOf, descendantsOf } from '../../server/testing/processes.ts';
import type { Secrets } from '../../server/start/secrets.ts';

const COMMANDS = {
  portal: /next-server|next\/dist\/bin\/next/, // it renames itself
  worker: /compose\/worker\.ts/,
  gateway: /compose\/gateway\.ts/,
} as const;

export type Part = keyof typeof COMMANDS;

/** Everything that the supervisor has started, with the words it was started with. */
function children(dataDir: string): { pid: number; command: string }[] {
  const { pid } = JSON.parse(readFileSync(path.join(dataDir, 'portal.json'), 'utf8')) as { pid: number };
  return descendantsOf(pid).map((child) => ({ pid: child, command: commandLineOf(child) }));
}

/** @throws Error while it is not running */
export function pidOf(dataDir: string, part: Part): number {
  const found = children(dataDir).find(({ command }) => COMMANDS[part].test(command));
  if (!found) throw new Error(`no ${part} is running`);
  return found.pid;
}

export const killNow = (dataDir: string, part: Part): boolean => process.kill(pidOf(dataDir, part), 'SIGKILL');

/** The process of a PostgreSQL server that its connections are children of. */
export function postmasterOf(dataDir: string, cluster: 'platform' | 'tenants'): number {
  const file = path.join(dataDir, `pg-${cluster}`, 'data', 'postmaster.pid');
  return Number(readFileSync(file, 'utf8').split('\n')[0]);
}

/** The server of one private or hybrid tenant. */
export function ownServerOf(dataDir: string, ref: string) {
  const data = path.join(dataDir, 'instances', ref, 'data');
  return {
    /** Kill it, and keep it from being started again.
     * @returns lets it start again */
    killForGood(): () => void {
      const control = path.join(data, 'global', 'pg_control');
      const pid = Number(readFileSync(path.join(data, 'postmaster.pid'), 'utf8').split('\n')[0]);
      renameSync(control, `${control}.away`);
      process.kill(pid, 'SIGKILL');
      return () => renameSync(`${control}.away`, control);
    },
  };
}

/** Names and values of a process and of all below it, as one text. */
export function environmentsOf(dataDir: string, part: Part): string {
  const pid = pidOf(dataDir, part);
  return [pid, ...descendantsOf(pid)]
    .map((one) => `/proc/${one}/environ`)
    .filter((file) => existsSync(file))
    .map((file) => readFileSync(file, 'utf8').replaceAll('\0', '\n'))
    .join('\n');
}

export const secretsOf = (dataDir: string): Secrets =>
  JSON.parse(readFileSync(path.join(dataDir, 'secrets.json'), 'utf8')) as Secrets;
