/** Where workloads keep their files: DATA_DIR/workloads/<ref>/<name>, for nobody else to look into. */
import { mkdirSync } from 'node:fs';
import { readdir, rm, rmdir } from 'node:fs/promises';
import path from 'node:path';

export const workloadHome = (dataDir: string, ref: string, name: string): string =>
  path.join(dataDir, 'workloads', ref, name);

export function makeHome(home: string): void {
  mkdirSync(home, { recursive: true, mode: 0o700 });
}

/** With all that is in it; and the tenant's folder when nothing else is. */
export async function removeHome(home: string): Promise<void> {
  await rm(home, { recursive: true, force: true });
  await rmdir(path.dirname(home)).catch(() => {}); // another workload of the tenant is there, or it is gone
}

/** Names of a tenant's workloads that have files. */
export async function homesOf(dataDir: string, ref: string): Promise<readonly string[]> {
  return readdir(path.join(dataDir, 'workloads', ref)).catch(() => []);
}
