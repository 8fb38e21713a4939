/** Writing a stack: taken by fence, seen as locked by the CLI, each write checked against the fence in its own transaction. */
import { randomUUID } from 'node:crypto';
import type { ClientBase } from 'pg';
import { FencedError, type Fence } from '../port.ts';
import { renderCheckpoint } from './codec.ts';
import type { Snapshot } from './deployment.ts';
import { createGroupCommit } from './group-commit.ts';
import { encodeData, lockPrefix, stackKey, stateKey, type StackName } from './keys.ts';
import {
  StackLockedError,
  deleteLockRows,
  keysBelow,
  lockRowData,
  outwait,
  readLockRows,
  writeLockRow,
  type LockOwner,
} from './lock-row.ts';
import { loadSnapshot, type StateStore } from './store.ts';

export interface StackSession {
  /** The state as it was when the stack was taken. */
  readonly loaded: Snapshot;
  /** Durable when resolved. Writes what `snapshot` gives when the write begins. @throws FencedError */
  save(): Promise<void>;
  /** Forget the stack's state. @throws FencedError */
  remove(): Promise<void>;
  release(): Promise<void>;
}

/** How long a run waits for a living engine that it has fenced off to come out of its last operation. */
const TAKEOVER_WAIT_MS = 3000;

/** Thrown when this engine is already at work on the stack with the same fence. */
export class StackBusyError extends Error {
  override readonly name = 'StackBusyError';
}

export interface StackLease extends StackName {
  readonly fence: Fence;
}

function fenced(name: StackName): FencedError {
  return new FencedError(`stack ${stackKey(name)} was taken with a higher fence`);
}

/** Take the stack: a higher fence always wins, the same fence only for the engine that took it. */
async function takeFence(client: ClientBase, store: StateStore, lease: StackLease): Promise<void> {
  const taken = await client.query(
    `INSERT INTO pulumi.stack_fence AS held (stack, fence, holder) VALUES ($1, $2, $3)
     ON CONFLICT (stack) DO UPDATE SET fence = excluded.fence, holder = excluded.holder, taken_at = now()
     WHERE held.fence < excluded.fence OR (held.fence = excluded.fence AND held.holder = excluded.holder)`,
    [stackKey(lease), lease.fence.toString(), store.holder],
  );
  if (taken.rowCount === 0) throw fenced(lease);
}

/**
 * Take the fence, and in the same transaction clear the rows of embedded engines that had the stack: their writers are dead, or their
 * next write fails. Rows of the CLI are respected.
 * @param lockKey of the row to leave for the CLI; null when it is the CLI that comes next
 */
async function takeOver(
  client: ClientBase,
  store: StateStore,
  lease: StackLease,
  lockKey: string | null,
): Promise<void> {
  const prefix = lockPrefix(store.database, lease);
  await client.query('BEGIN');
  try {
    await takeFence(client, store, lease);
    const rows = await readLockRows(client, prefix);
    refuseForeign(rows);
    const keys = rows.map((row) => row.key);
    await deleteLockRows(client, keys);
    if (lockKey !== null) await writeLockRow(client, lockKey);
    await client.query('COMMIT');
    for (const key of keys) if (key !== lockKey) await outwait(client, key, TAKEOVER_WAIT_MS);
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  }
}

/**
 * Take a stack that nobody has locked, in one statement.
 * @returns false, and nothing is taken, when there are lock rows or the fence is another's: {@link takeOver} looks closer
 */
async function takeFree(store: StateStore, lease: StackLease, lockKey: string): Promise<boolean> {
  const taken = await store.pool.query({
    name: 'engine-stack-take',
    text: `WITH held AS (
             INSERT INTO pulumi.stack_fence AS held (stack, fence, holder)
             SELECT $1, $2, $3 WHERE NOT EXISTS (SELECT 1 FROM pulumi.pulumi_state WHERE key ~>=~ $4 AND key ~<~ $5)
             ON CONFLICT (stack) DO UPDATE SET fence = excluded.fence, holder = excluded.holder, taken_at = now()
             WHERE held.fence < excluded.fence OR (held.fence = excluded.fence AND held.holder = excluded.holder)
             RETURNING 1
           )
           INSERT INTO pulumi.pulumi_state (key, data) SELECT $6, $7::json FROM held`,
    values: [
      stackKey(lease),
      lease.fence.toString(),
      store.holder,
      ...keysBelow(lockPrefix(store.database, lease)),
      lockKey,
      lockRowData(),
    ],
  });
  return taken.rowCount === 1;
}

/** Take the stack and leave a lock row. As the CLI does: look for others, write, look again. */
async function lockStack(store: StateStore, lease: StackLease, lockKey: string): Promise<void> {
  const prefix = lockPrefix(store.database, lease);
  if (await takeFree(store, lease, lockKey)) {
    const others = (await readLockRows(store.pool, prefix)).filter(({ key }) => key !== lockKey);
    if (others.length === 0) return;
  }
  const client = await store.pool.connect();
  try {
    await takeOver(client, store, lease, lockKey);
    refuseForeign(await readLockRows(client, prefix));
  } finally {
    client.release();
  }
}

function refuseForeign(rows: readonly LockOwner[]): void {
  const foreign = rows.filter((row) => !row.ours);
  if (foreign.length > 0) throw new StackLockedError(foreign);
}

/** One statement, so one transaction: the row of the fence is locked while the state is written. */
async function writeState(store: StateStore, lease: StackLease, checkpoint: string): Promise<void> {
  const written = await store.pool.query({
    name: 'engine-state-write',
    text: `WITH held AS (
             SELECT 1 FROM pulumi.stack_fence WHERE stack = $1 AND fence = $2 AND holder = $3 FOR SHARE
           )
           INSERT INTO pulumi.pulumi_state (key, data) SELECT $4, $5::json FROM held
           ON CONFLICT (key) DO UPDATE SET data = excluded.data, updated_at = now()`,
    values: [
      stackKey(lease),
      lease.fence.toString(),
      store.holder,
      stateKey(store.database, lease),
      encodeData(checkpoint),
    ],
  });
  if (written.rowCount === 0) throw fenced(lease);
}

async function removeState(store: StateStore, lease: StackLease): Promise<void> {
  const key = stateKey(store.database, lease);
  const removed = await store.pool.query(
    `WITH held AS (
       SELECT 1 FROM pulumi.stack_fence WHERE stack = $1 AND fence = $2 AND holder = $3 FOR SHARE
     ), forgotten AS (
       DELETE FROM pulumi.stack_run WHERE stack = $1 AND EXISTS (SELECT 1 FROM held)
     ), gone AS (
       DELETE FROM pulumi.pulumi_state WHERE key = ANY($4) AND EXISTS (SELECT 1 FROM held)
     )
     SELECT 1 FROM held`,
    [stackKey(lease), lease.fence.toString(), store.holder, [key, `${key}.gz`, `${key}.zst`, `${key}.bak`]],
  );
  if (removed.rowCount === 0) throw fenced(lease);
}

/**
 * Take a stack for writing.
 * @param snapshot gives the state to write whenever a write begins
 * @throws FencedError when a higher fence holds it, StackLockedError when the CLI does, StackBusyError, SecretsError, StateFormatError
 */
export async function openSession(
  store: StateStore,
  lease: StackLease,
  snapshot: () => Snapshot,
): Promise<StackSession> {
  const key = stackKey(lease);
  if (store.busy.get(key) === lease.fence) throw new StackBusyError(`this engine already works on ${key}`);
  store.busy.set(key, lease.fence);
  const lockKey = `${lockPrefix(store.database, lease)}${randomUUID()}.json`;
  const release = async () => {
    if (store.busy.get(key) === lease.fence) store.busy.delete(key);
    await unlock(store, lockKey);
  };
  try {
    await store.liveness.hold(lockKey);
    await lockStack(store, lease, lockKey);
    const { snapshot: loaded, crypter } = await loadSnapshot(store, lease);
    const save = createGroupCommit(async () => {
      await writeState(store, lease, renderCheckpoint(lease, snapshot(), crypter));
    });
    return { loaded, save, remove: () => removeState(store, lease), release };
  } catch (error) {
    await release().catch(store.onError);
    throw error;
  }
}

/** Take the fence and leave the stack to the CLI, which locks it by itself. @throws FencedError, StackLockedError */
export async function yieldToCli(store: StateStore, lease: StackLease): Promise<void> {
  const client = await store.pool.connect();
  try {
    await takeOver(client, store, lease, null);
  } finally {
    client.release();
  }
}

async function unlock(store: StateStore, lockKey: string): Promise<void> {
  try {
    await store.pool.query('DELETE FROM pulumi.pulumi_state WHERE key = $1', [lockKey]);
  } finally {
    await store.liveness.drop(lockKey);
  }
}
