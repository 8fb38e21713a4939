/** The few rows of the state that this engine itself writes beside the CLI: empty stacks to select, and locks whose owner is dead. */
import { hostname } from 'node:os';
import { setInterval } from 'node:timers/promises';
import { FencedError } from '../port.ts';
import { renderCheckpoint } from '../state/codec.ts';
import { encodeData, lockPrefix, stackKey, stateKey, type StackName } from '../state/keys.ts';
import { deleteLockRows, readLockRows, type LockOwner } from '../state/lock-row.ts';
import type { StackLease } from '../state/session.ts';
import { loadSnapshot, type StateStore } from '../state/store.ts';

/**
 * Make an empty stack where there is none, with the installation's salt: the CLI would make one with a salt of its own.
 * @returns what takes it away again if it is still as it was made
 */
export async function ensureStack(store: StateStore, name: StackName): Promise<() => Promise<void>> {
  const { snapshot, crypter } = await loadSnapshot(store, name);
  const key = stateKey(store.database, name);
  const data = encodeData(renderCheckpoint(name, { resources: [], pending: [] }, crypter));
  if (snapshot.resources.length + snapshot.pending.length > 0) return async () => {};
  const made = await store.pool.query(
    `INSERT INTO pulumi.pulumi_state (key, data)
     SELECT $1, $2::json WHERE NOT EXISTS (SELECT 1 FROM pulumi.pulumi_state WHERE key IN ($1 || '.gz', $1 || '.zst'))
     ON CONFLICT DO NOTHING`,
    [key, data],
  );
  if (made.rowCount === 0) return async () => {};
  return async () => {
    await store.pool.query('DELETE FROM pulumi.pulumi_state WHERE key = $1 AND data::text = $2', [key, data]);
  };
}

/** True for a lock of a process of this machine that is no more. */
function isDead({ hostname: host, pid, ours }: LockOwner): boolean {
  if (ours || host !== hostname() || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as { code?: string }).code === 'ESRCH';
  }
}

/** Clear the locks that killed CLI processes of this machine left: the CLI's lock has no lease, so it would hold for ever. */
export async function clearDeadLocks(store: StateStore, name: StackName): Promise<void> {
  const client = await store.pool.connect();
  try {
    const rows = await readLockRows(client, lockPrefix(store.database, name));
    const dead = rows.filter(isDead).map(({ key }) => key);
    await deleteLockRows(client, dead);
  } finally {
    client.release();
  }
}

async function holdsFence(store: StateStore, lease: StackLease): Promise<boolean> {
  const held = await store.pool.query(
    'SELECT 1 FROM pulumi.stack_fence WHERE stack = $1 AND fence = $2 AND holder = $3',
    [stackKey(lease), lease.fence.toString(), store.holder],
  );
  return held.rowCount === 1;
}

/** Whether the fence is still the one that this engine took. @throws FencedError */
export async function checkFence(store: StateStore, lease: StackLease): Promise<void> {
  if (!(await holdsFence(store, lease))) {
    throw new FencedError(`stack ${stackKey(lease)} was taken with a higher fence`);
  }
}

const WATCH_MS = 500;

/**
 * Look again and again whether the fence is still this engine's. The database refuses what a CLI without it writes; this ends it before
 * it comes to that, and with it the call of a provider that it waits for.
 */
export function watchFence(store: StateStore, lease: StackLease): { readonly lost: AbortSignal; stop(): void } {
  const [control, stopped] = [new AbortController(), new AbortController()];
  const held = () => holdsFence(store, lease);
  const watching = async () => {
    for await (const look of setInterval(WATCH_MS, held, { ref: false, signal: stopped.signal })) {
      if (await look()) continue;
      control.abort();
      return;
    }
  };
  watching().catch((error: Error) => (stopped.signal.aborted ? undefined : store.onError(error)));
  return { lost: control.signal, stop: () => stopped.abort() };
}

/** Forget what the CLI keeps beside a stack's state: its history and its backups. */
export async function forgetHistory(store: StateStore, { project, stack }: StackName): Promise<void> {
  const folders = ['history', 'backups'].map((kind) => `${store.database}/.pulumi/${kind}/${project}/${stack}/`);
  await store.pool.query('DELETE FROM pulumi.pulumi_state WHERE starts_with(key, $1) OR starts_with(key, $2)', folders);
}
